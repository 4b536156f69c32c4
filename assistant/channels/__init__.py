"""The channels: one file each. A new one is named in CHANNELS and touches nothing else."""

from assistant.channels.base import Channel
from assistant.channels.kakao import Kakao
from assistant.channels.kakao_consult import KakaoConsult
from assistant.channels.line import LineMessenger
from assistant.channels.naver import Naver
from assistant.channels.telegram import Telegram

CHANNELS: tuple[Channel, ...] = (Kakao(), KakaoConsult(), Naver(), LineMessenger(), Telegram())
