import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Whose requests are counted together: an IPv4 address, as such or mapped into IPv6, or the /64 of an IPv6 address, as
 * `2001:db8:1:2::/64`. One household has a whole /64, and as many addresses as it likes.
 */
export function countedAddress(address: string): string {
  // Most are IPv4, and need no library.
  if (!isIPv6(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}
