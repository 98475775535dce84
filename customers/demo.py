"""The customers of the demo clinic: the six of the story and sixty more. All phones are of the range 90000 0xxxx."""

import datetime
from typing import Any

from clinic.demo import dice
from clinic.models import Branch
from clinic.registries import add_demo
from customers import domain
from customers.models import Customer
from staff.demo import MAIN, SECOND
from staff.models import User

NAMED: list[dict[str, Any]] = [
    {
        "full_name": "Priya Mehta", "phone": "+919000003210", "email": "priya@example.com", "born_on": (1997, 4, 15),
        "blood_group": "O+", "address": "Bandra", "city": "Mumbai", "postal_code": "400050", "state": "27",
        "skin_type": "Combination, sensitive", "allergies": "Reacts to fragrance-based products.",
        "chief_concern": "Hyperpigmentation, hair removal", "notes": "Prefers morning slots.",
    },
    {
        "full_name": "Anjali Singh", "phone": "+919000002109", "email": "anjali@example.com", "born_on": (1991, 6, 15),
        "blood_group": "A+", "address": "Andheri", "city": "Mumbai", "state": "27", "skin_type": "Sensitive",
    },
    {
        "full_name": "Neha Patel", "phone": "+919000001098", "born_on": (1983, 9, 2), "blood_group": "B+",
        "allergies": "Allergic to lidocaine.", "chief_concern": "Hair thinning", "city": "Bengaluru", "state": "29",
    },
    {"full_name": "Ritika Joshi", "phone": "+919000001987", "born_on": (1999, 1, 23), "chief_concern": "Acne"},
    {"full_name": "Kavya Nair", "phone": "+919000001876", "born_on": (1994, 11, 8), "chief_concern": "Dandruff"},
    {"full_name": "Sunita Rao", "phone": "+919000001765", "born_on": (1978, 3, 30), "chief_concern": "Fine lines"},
]  # fmt: skip

WOMEN = """
Meera Iyer, Divya Shah, Pooja Das, Farah Khan, Lakshmi Menon, Ananya Bose, Shreya Kulkarni, Nandini Reddy, Tara Pillai,
Isha Malhotra, Gauri Deshpande, Sneha Hegde, Aditi Rao, Zoya Ansari, Radhika Nambiar, Kriti Saxena, Mary Fernandes,
Harpreet Kaur, Deepa Krishnan, Swati Mishra, Bhavana Gowda, Charu Agarwal, Rekha Shetty, Vidya Subramanian, Payal Jain,
Nisha Thakur, Aparna Chatterjee, Leela Varghese, Juhi Sethi, Sana Qureshi, Malini Acharya, Roshni Pawar, Trisha Dutta,
Geeta Bhat, Hema Naidu, Ishita Roy, Kamala Devi, Latha Murthy, Mansi Gupta, Navya Prasad, Ojasvi Pandey, Preeti Kamath
"""
MEN = """
Arjun Bhatia, Rohan Mathew, Karthik Raman, Imtiaz Ahmed, Siddharth Jain, Vikram Chauhan, Nikhil Shenoy, Rahul Verma,
Aditya Kulkarni, Sameer Joshi, Dev Malik, Farhan Shaikh, Girish Kamath, Harish Babu, Joseph Dsouza, Kunal Mehra,
Manoj Nair, Pranav Iyengar
"""


def names(text: str) -> list[str]:
    return [name.strip() for name in text.replace("\n", " ").split(",") if name.strip()]


OTHERS = names(WOMEN) + names(MEN)
AT_SECOND = OTHERS[-8:]  # their home is the second branch


def load(today: datetime.date) -> None:
    main, second = Branch.objects.get(code=MAIN), Branch.objects.get(code=SECOND)
    by = User.objects.get(username="receptionist")
    for facts in NAMED:
        born = datetime.date(*facts["born_on"])
        domain.register(by=by, branch=main, gender=Customer.Gender.FEMALE, **facts | {"born_on": born})
    chance = dice("customers")
    groups = [group for group, _title in Customer.BLOOD_GROUPS]
    for place, name in enumerate(OTHERS):
        domain.register(
            by=by,
            branch=second if name in AT_SECOND else main,
            full_name=name,
            phone=f"+9190000{4000 + place * 7:05d}",
            gender=Customer.Gender.MALE if name in names(MEN) else Customer.Gender.FEMALE,
            born_on=today - datetime.timedelta(days=chance.randint(19 * 365, 62 * 365)),
            blood_group=chance.choice(groups),
            city="Bengaluru",
            state="29",
        )


def register() -> None:
    add_demo(30, "Customers", load)
