"""销售内勤工作台: the program of the sales back-office clerk; everything below here runs without a window."""

__version__ = "0.1.0"
