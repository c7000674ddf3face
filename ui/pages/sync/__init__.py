"""同步 and 合并问题: how this PC stands with the others, and what a person has to decide."""
