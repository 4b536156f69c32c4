/* The calls to the server. */

const TIMEOUT_MS = 30_000;
const PAGE = 200;
const UNREACHED = "연결이 끊겼어요. 인터넷 연결을 확인해 주세요.";
const BROKEN = "일시적인 문제가 생겼어요. 잠시 뒤에 다시 보내 주세요.";

/** What went wrong, with a sentence for people. `canRetry`: the same message may get through later. */
export class Failure extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get canRetry() {
    return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 500;
  }

  /** The server does not know the conversation (any more), or the id was never one. */
  get isLost() {
    return this.code === "no_conversation";
  }
}

/** Sends a message; the same id sent again gets the same reply. */
export function send(conversation, { id, text }) {
  const body = JSON.stringify({ conversation_id: conversation, text, message_id: id });
  return call("v1/messages", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

/** Returns {owner, typing, messages}: everything behind the message `after`. */
export async function history(conversation, after) {
  const messages = [];
  for (;;) {
    const last = messages.at(-1)?.id ?? after;
    const part = await call(`v1/conversations/${encodeURIComponent(conversation)}/messages?after=${last}`, {});
    messages.push(...part.messages);
    if (part.messages.length < PAGE) return { owner: part.owner, typing: part.typing, messages };
  }
}

/** Says that the visitor is writing. */
export function sayTyping(conversation) {
  return post(`v1/conversations/${encodeURIComponent(conversation)}/typing`, {});
}

/** Rates a message: "up" or "down". */
export function rate(conversation, message, score) {
  return post(`v1/conversations/${encodeURIComponent(conversation)}/ratings`, { message, score });
}

function post(path, value) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new Failure(0, "unreached", UNREACHED);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new Failure(response.ok ? 500 : response.status, answer?.code ?? "internal", answer?.message ?? BROKEN);
}
