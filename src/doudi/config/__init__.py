"""What one installation chose, as Django wants it told. Nothing below may depend on a choice."""
