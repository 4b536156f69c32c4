"""A copy of the channels that test_killed.py kills: python killed_program.py DATABASE PLATFORM FROM TO."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from pager import CarefulPager

from assistant import channel_turn
from assistant.channel_service import open_channels
from assistant.privacy import mask
from assistant.records import Message, Reply, State
from assistant.store.conversations import ConversationStore
from assistant.store.database import open_database
from assistant.wire import reply_json


class Echo:
    """Answers what it was told, by way of the real store."""

    def __init__(self, conversations: ConversationStore) -> None:
        self.conversations = conversations

    def handle(self, message: Message) -> dict[str, Any]:
        text = mask(message.text).text
        accepted = self.conversations.accept(text, message.conversation_id, message.message_id)
        reply = Reply(accepted.conversation.id, "answer", "article", f"답 {text}")
        return accepted.reply or self.conversations.finish(accepted, State(), None, lambda _: reply_json(reply))


def main(database: str, platform: str, first: int, last: int) -> None:
    engine = open_database(database)
    channel_turn.open_lines.__defaults__ = ((CarefulPager(),),)
    settings = {"pager_secret": "s", "pager_url": platform}
    service = open_channels(engine, Echo(ConversationStore(engine)), settings, "secret")
    service.start()
    line = service.turns.lines["pager"]
    for number in range(first, last):
        one = {"user": f"u{number % 7}", "id": f"e{number}", "text": f"{number}번"}
        received = service.turns.receive(line, replace(CarefulPager()._inbound(one)))
        print(number, flush=True)  # acknowledged: from now on it must not be lost
        if received is not None:
            service.turns.start(received)
    time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
