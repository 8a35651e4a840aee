/** Node's HTTP. An import would ask for everything that `node:http` exports, so also for its WebSocket, and that loads a second client: 30 ms. */
export const http = process.getBuiltinModule("node:http");
