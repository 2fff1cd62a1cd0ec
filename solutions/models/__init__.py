from solutions.models.adoptions import Adoption, Evidence, Stage
from solutions.models.contributions import Contribution
from solutions.models.curated import Solution
from solutions.models.traits import CostBand, Effort, Licence, Readiness, Theme

__all__ = [
    "Adoption",
    "Contribution",
    "CostBand",
    "Effort",
    "Evidence",
    "Licence",
    "Readiness",
    "Solution",
    "Stage",
    "Theme",
]
