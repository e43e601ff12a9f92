// The conformance server's contracts, written with WS-Kit's own schema builder. They are strict at the root, in meta
// and in the payload: a key too many, and WS-Kit drops the frame.
import { message, rpc, z } from "@ws-kit/zod";

const text = { text: z.string() };
const user = { id: z.string(), name: z.string() };
const failure = {
  code: z.string(),
  message: z.string().optional(),
  retryAfterMs: z.number().optional(),
  details: z.record(z.string(), z.string()).optional(),
};
const errorPayload = {
  code: z.string(),
  message: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  retryable: z.boolean().optional(),
  retryAfterMs: z.number().int().nonnegative().nullable().optional(),
};

export const Say = message("SAY", text);
export const Said = message("SAID", text);
export const Ping = message("PING");
export const Pong = message("PONG");
export const TracedSay = message("TRACED_SAY", text, { traceId: z.string(), hop: z.number().optional() });
export const TracedSaid = message("TRACED_SAID", text, { traceId: z.string(), hop: z.number().optional() });
export const Who = message("WHO");
export const Me = message("ME", {
  clientId: z.string(),
  token: z.string().optional(),
  subprotocol: z.string().optional(),
});
export const Join = message("JOIN", { topic: z.string() });
export const Joined = message("JOINED", { topic: z.string() });
export const Post = message("POST", { topic: z.string(), count: z.number() });
export const Posted = message("POSTED", { number: z.number() });
export const Fail = message("FAIL", failure);
export const FailOften = message("FAIL_OFTEN", { count: z.number() });
export const Throw = message("THROW", text);
export const Close = message("CLOSE", { code: z.number(), reason: z.string() });
export const OldGetUser = message("OLD_GET_USER", { id: z.string() });
export const OldUser = message("OLD_USER", user);
export const Release = message("RELEASE");
export const Unheard = message("UNHEARD", text);

export const EventError = message("ERROR", errorPayload);
export const RpcError = message("RPC_ERROR", errorPayload);

export const GetUser = rpc("GET_USER", { id: z.string() }, "USER", user);
export const Touch = rpc("TOUCH", undefined, "TOUCHED", undefined);
export const Count = rpc("COUNT", { steps: z.number() }, "COUNTED", { count: z.number() });
export const FailCall = rpc("FAIL_CALL", failure, "SUCCEEDED", undefined);
export const ThrowCall = rpc("THROW_CALL", text, "SUCCEEDED", undefined);
export const SayInside = rpc("SAY_INSIDE", text, "SAID_INSIDE", text);
export const Shorten = rpc("SHORTEN", text, "SHORTENED", text);
export const AnswerOften = rpc("ANSWER_OFTEN", { answers: z.array(z.string()) }, "ANSWERED", text);
export const Wait = rpc("WAIT", undefined, "WAITED", undefined);
export const Cancels = rpc("CANCELS", undefined, "CANCELLED_SO_FAR", { reasons: z.array(z.string()) });
export const Refusals = rpc("REFUSALS", undefined, "REFUSED_SO_FAR", { count: z.number() });
