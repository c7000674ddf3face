"""规则与标准: how the reimbursement pre-check weighs each rule, what may be spent, and which days are holidays."""
