"""Which browser the browser tests and the screenshots use."""

import os
import shutil

PATH = os.environ.get("CHROMIUM_PATH") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
MISSING = "no Chromium found: apt-get install chromium, or set CHROMIUM_PATH"
