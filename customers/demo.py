"""The customers of the demo clinic: the six of the story and sixty more. All phones are of the range 90000 0xxxx."""

import datetime
from collections import Counter
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy

from clinic.demo import backdated, dice
from clinic.models import Branch
from clinic.registries import add_demo
from customers import references
from customers.models import Customer, ReferenceCounter, Standing
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
    """Everybody came to know the clinic between three months and a year ago, so the verb can't register them."""
    main, second = Branch.objects.get(code=MAIN), Branch.objects.get(code=SECOND)
    chance = dice("customers")
    people = [_named(facts) for facts in NAMED] + [
        _other(place, today, chance) for place in range(len(OTHERS))
    ]
    people.sort(key=lambda each: -each["days"])
    customers = [
        _customer(each, second if each["full_name"] in AT_SECOND else main, today) for each in people
    ]
    serials: Counter[str] = Counter()
    for customer in customers:
        month = references.month_of(customer.created_at.date())
        serials[month] += 1
        customer.reference = references.build(
            stem=main.code[:2], gender=customer.gender, month=month, serial=serials[month]
        )
    ReferenceCounter.objects.bulk_create(
        ReferenceCounter(stem=main.code[:2], month=month, last_serial=serial)
        for month, serial in serials.items()
    )
    with backdated(Customer):
        Customer.objects.bulk_create(customers)
    Standing.objects.bulk_create(Standing(customer=customer) for customer in customers)


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {
        "born_on": datetime.date(*facts["born_on"]),
        "gender": Customer.Gender.FEMALE,
        "days": 100 + len(facts),
    }


def _other(place: int, today: datetime.date, chance: Random) -> dict[str, Any]:
    name = OTHERS[place]
    return {
        "full_name": name,
        "phone": f"+9190000{4000 + place * 7:05d}",
        "gender": Customer.Gender.MALE if name in names(MEN) else Customer.Gender.FEMALE,
        "born_on": today - datetime.timedelta(days=chance.randint(19 * 365, 62 * 365)),
        "blood_group": chance.choice(Customer.BLOOD_GROUPS)[0],
        "city": "Bengaluru",
        "state": "29",
        "days": chance.randint(91, 330),
    }


def _customer(facts: dict[str, Any], branch: Branch, today: datetime.date) -> Customer:
    day = today - datetime.timedelta(days=facts["days"])
    return Customer(
        **{name: value for name, value in facts.items() if name != "days"},
        organisation=branch.organisation,
        home_branch=branch,
        registered_by=User.objects.get(username="receptionist" if branch.code == MAIN else "farida"),
        created_at=datetime.datetime.combine(day, datetime.time(11, 20), branch.zone),
    )


def register() -> None:
    add_demo(30, gettext_lazy("Customers"), load)
