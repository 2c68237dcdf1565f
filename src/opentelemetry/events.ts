import { type Meter, type Tracer, trace } from "@opentelemetry/api";
import { type DoneEvent, watchEvents } from "./subscribe.js";

/**
 * Reports what an `Ipam` did: as an event on the active span, or as a new span if there is none; and as a counter.
 *
 * @returns a function that stops it
 */
export function tellEvents(tracer: Tracer, meter: Meter): () => void {
  const counter = meter.createCounter("infoblox.ipam.events", {
    description: "What was allocated, adopted, released, changed, refused and rolled back.",
    unit: "{event}",
  });
  return watchEvents((event) => {
    const name = `infoblox.${event.event}`;
    const attributes = attributesOf(event);
    const active = trace.getActiveSpan();
    if (active) active.addEvent(name, attributes);
    else tracer.startSpan(name, { attributes, startTime: Date.now() - event.durationMs }).end();
    const { object, error } = event;
    counter.add(1, {
      "infoblox.event": event.event,
      ...(object["type"] !== undefined && { "infoblox.object_type": String(object["type"]) }),
      ...(error && { "error.type": error.name }),
    });
  });
}

function attributesOf({ call, object, owner, requestId, durationMs, error }: DoneEvent) {
  const all = {
    "infoblox.call": call,
    "infoblox.object_ref": object["ref"],
    "infoblox.object_type": object["type"],
    "infoblox.object_place": object["ip"] ?? object["cidr"],
    "infoblox.object_name": object["name"],
    "infoblox.owner": owner,
    "infoblox.request_id": requestId,
    "infoblox.duration_ms": durationMs,
    "error.type": error?.name,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}
