from solutions.models.adoptions import Adoption, Evidence, GiverAnswer, Stage
from solutions.models.afterwards import Experience, UseAnswer, UseQuestion, WouldAgain
from solutions.models.contributions import Contribution, Remark
from solutions.models.curated import Solution
from solutions.models.images import ContributionImage
from solutions.models.traits import CostBand, Effort, Licence, Readiness, Theme

__all__ = [
    "Adoption",
    "Contribution",
    "ContributionImage",
    "CostBand",
    "Effort",
    "Evidence",
    "Experience",
    "GiverAnswer",
    "Licence",
    "Readiness",
    "Remark",
    "Solution",
    "Stage",
    "Theme",
    "UseAnswer",
    "UseQuestion",
    "WouldAgain",
]
