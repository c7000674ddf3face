"""文件: papers that come in, are written, kept, lent and at last destroyed; seals, contracts, templates."""
