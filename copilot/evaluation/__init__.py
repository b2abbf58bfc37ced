"""How good the copilot is, measured on sets whose right results people wrote down: reading a set, running it, counting."""
