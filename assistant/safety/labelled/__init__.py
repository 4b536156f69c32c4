"""Made-up listings whose verdicts are known from how each was made, with what they are held against."""
