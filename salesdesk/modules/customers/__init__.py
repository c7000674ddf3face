"""客户档案: who we sell to, how to reach them, how they are invoiced and how far they are trusted."""
