"""发票与票据: what a paper or file says of itself, read without network and without guessing."""
