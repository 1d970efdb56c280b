"""The parts of the expression of interest as they are asked, of the people themselves and by staff on the telephone.

What is not asked is left out on purpose: offences, diagnoses and documents are for the council, after an application
(Fostering Services (England) Regulations 2011, schedule 3).
"""
