"""客户来电: the whole answer on one card while the customer is still speaking, and what was promised to him."""
