"""文件: the registers of papers, with files dropped in and opened."""
