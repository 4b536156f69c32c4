/* What the browser remembers over a reload: the conversation's id, and messages that have no reply yet. */

const KEY = "onecall";

/** Returns {conversation: string|null, outbox: [{id, text}]}. */
export function recall() {
  const found = { conversation: null, outbox: [] };
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof saved.conversation === "string") found.conversation = saved.conversation;
    if (Array.isArray(saved.outbox)) found.outbox = saved.outbox.filter(isMessage);
  } catch {
    // Storage may be forbidden, or hold another program's value: then nothing is remembered.
  }
  return found;
}

export function remember(conversation, outbox) {
  const messages = outbox.map(({ id, text }) => ({ id, text }));
  try {
    localStorage.setItem(KEY, JSON.stringify({ conversation, outbox: messages }));
  } catch {
    // The chat works without, it only does not survive a reload.
  }
}

/** Returns a new id for a message. randomUUID is there on https and localhost only. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function isMessage(value) {
  return typeof value?.id === "string" && typeof value?.text === "string";
}
