"""What a return holds besides the facts of enquiries: hours of support, risks and issues, milestones of the plan."""
