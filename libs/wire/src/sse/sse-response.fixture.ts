/** A `fetch` that answers every request with this event stream, in chunks of `chunkBytes`. */
export function fetchOfStream(sse: string, chunkBytes = 7): typeof fetch {
  const bytes = new TextEncoder().encode(sse);
  return async () => {
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.slice(at, (at += chunkBytes)));
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}
