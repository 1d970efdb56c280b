import pgtrigger
from django.db import models

from enquiries.models.enquiry import Enquiry
from enquiries.models.plain_letters import words_of_column


class NameWord(models.Model):
    """A word of the name of one of an enquiry's people, in plain letters: what a search by name reads.

    Derived by the database itself whenever people change. In the order of the word, then of the enquiry, and nothing
    else to read: of a name that tens of thousands bear the newest few are found without looking at the others' records.
    """

    pk = models.CompositePrimaryKey("word", "enquiry")
    word = models.TextField(db_collation="C")  # by letters, so that the index serves the beginning of a word
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="name_words")

    class Meta:
        verbose_name_plural = "name words"

    def __str__(self) -> str:
        return f"A word of {self.enquiry_id}"


def keep_words_of(people: str) -> str:
    """The statement that keeps the words of these rows of applicants."""
    return f"""
        INSERT INTO enquiries_nameword (word, enquiry_id)
        SELECT DISTINCT word COLLATE "C", enquiry_id
        FROM {people} CROSS JOIN LATERAL {words_of_column("first_name || ' ' || last_name")} AS word
        WHERE word <> ''
        ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
    """


# One statement for all the people that come together.
WORDS_OF_NEW_PEOPLE = pgtrigger.Trigger(
    name="words_of_new_people",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="new_people"),
    func=f"{keep_words_of('new_people')} RETURN NULL;",
)
WORDS_OF_CHANGED_PEOPLE = pgtrigger.Trigger(
    name="words_of_changed_people",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("first_name", "last_name", "enquiry_id") | pgtrigger.Delete,
    func=f"""
        DELETE FROM enquiries_nameword WHERE enquiry_id IN (OLD.enquiry_id, NEW.enquiry_id);
        {
        keep_words_of('''
            (SELECT * FROM enquiries_applicant WHERE enquiry_id IN (OLD.enquiry_id, NEW.enquiry_id)) AS their_people
        ''')
    }
        RETURN NULL;
    """,
)
