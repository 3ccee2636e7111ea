/** The headers that every CloudKit answer carries (recorded, 2.1), where the answer does not bring its own. */

import { randomUUID } from "node:crypto";

export function addCloudKitHeaders(response: Response, extra: { partition: number }): Response {
  const headers: Readonly<Record<string, string>> = {
    "Content-Type": "application/json; charset=UTF-8",
    "X-Apple-CloudKit-Version": "1.0",
    "X-Apple-Request-UUID": randomUUID(),
    "X-Responding-Instance": "ckdatabasews:966835083:simulated:8080:2322B333:13811c3d707a",
    "x-apple-user-partition": String(extra.partition),
    "apple-seq": "0",
    "apple-tk": "false",
    "Apple-Originating-System": "UnknownOriginatingSystem",
    Server: "AppleHttpServer/3faf4ee9434b",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains;",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Origin": "https://www.icloud.com",
    "Access-Control-Expose-Headers": "X-Apple-Request-UUID,X-Responding-Instance,Via",
  };
  for (const [name, value] of Object.entries(headers)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
