/*
 * The functions that every PAC file may call, as browsers have them: where the
 * old descriptions and Chromium differ, Chromium is followed.  dial-pac calls
 * this with its own few functions before any script runs; whatever needs the
 * network goes through `native`, and so to the parent.
 *
 * FindProxyForURLEx is not looked for: browsers call FindProxyForURL alone.
 *
 * Returns a function for dial-pac itself: whether a text has whole characters
 * only, no half of a pair of UTF-16.
 */
(function (global, native) {
"use strict";

const RealDate = Date;
const HALVES = /\p{Cs}/gu;
const isWhole = (text) => text.search(HALVES) === -1;
const now = () => {
	native.mark();
	return new RealDate(native.now());
};

/* --- The host's name, without any look-up --------------------------------- */

const isIPv6 = (text) => parseIPv6(text) !== null;

/* Without a dot; an IPv6 address is no name. */
function isPlainHostName(host) {
	return typeof host === "string" && !host.includes(".") && !isIPv6(host);
}

/* The end of the text decides, at no label's boundary, in this very case. */
function dnsDomainIs(host, domain) {
	return host.length >= domain.length &&
	    host.substring(host.length - domain.length) === domain;
}

function localHostOrDomainIs(host, domain) {
	return host === domain || domain.startsWith(host + ".");
}

function dnsDomainLevels(host) {
	return host.split(".").length - 1;
}

/* "*" and "?" are a shell's; anything else but a dot means what it means to a
 * regular expression, which scripts use: (a|b), [0-9]. */
function shExpMatch(text, pattern) {
	const meanings = { ".": "\\.", "*": ".*", "?": "." };
	const wanted = pattern.replace(/[.*?]/g, (found) => meanings[found]);

	return new RegExp("^" + wanted + "$").test(text);
}

/* --- Addresses ------------------------------------------------------------ */

/* Four numbers of at most three digits, or null. */
function parseIPv4(text) {
	const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);

	if (parts === null)
		return null;
	const bytes = parts.slice(1).map(Number);
	return bytes.every((byte) => byte <= 255) ? bytes : null;
}

/* The groups of one side of "::", an IPv4 ending counted as two; or null. */
function parseGroups(text, mayEndInIPv4) {
	const groups = [];

	if (text === "")
		return groups;
	const parts = text.split(":");
	for (const [i, part] of parts.entries()) {
		const ipv4 = mayEndInIPv4 && i === parts.length - 1 ?
		    parseIPv4(part) : null;

		if (ipv4 !== null)
			groups.push(ipv4[0] << 8 | ipv4[1],
			    ipv4[2] << 8 | ipv4[3]);
		else if (/^[0-9a-f]{1,4}$/i.test(part))
			groups.push(parseInt(part, 16));
		else
			return null;
	}
	return groups;
}

/* Sixteen bytes, or null. */
function parseIPv6(text) {
	const sides = text.split("::");

	if (sides.length > 2 || !text.includes(":"))
		return null;
	const first = parseGroups(sides[0], sides.length === 1);
	const last = sides.length === 2 ? parseGroups(sides[1], true) : [];
	if (first === null || last === null)
		return null;
	const missing = 8 - first.length - last.length;
	if (sides.length === 2 ? missing < 1 : missing !== 0)
		return null;
	return [...first, ...Array(missing).fill(0), ...last]
	    .flatMap((group) => [group >> 8, group & 255]);
}

const parseAddress = (text) => parseIPv4(text) || parseIPv6(text);

/* A signed number, as it has always been. */
function convert_addr(address) {
	const bytes = address.split(".");

	return (bytes[0] & 255) << 24 | (bytes[1] & 255) << 16 |
	    (bytes[2] & 255) << 8 | bytes[3] & 255;
}

/* Which is looked up if it is a name; a number over 255 is in no net. */
function isInNet(host, pattern, mask) {
	let address = host;

	if (!/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host))
		address = dnsResolve(host);
	else if (parseIPv4(host) === null)
		return false;
	if (address === null)
		return false;
	return (convert_addr(address) & convert_addr(mask)) ===
	    (convert_addr(pattern) & convert_addr(mask));
}

/* Addresses only, no names, and a prefix of the same family. */
function isInNetEx(address, prefix) {
	if (typeof address !== "string" || typeof prefix !== "string")
		return false;
	const [net, bits, more] = prefix.split("/");
	const a = parseAddress(address);
	const b = parseAddress(net);
	if (more !== undefined || !/^\d{1,3}$/.test(bits) || !a || !b ||
	    a.length !== b.length || Number(bits) > 8 * a.length)
		return false;
	return a.every((byte, i) => {
		const known = Math.min(8, Math.max(0, Number(bits) - 8 * i));
		return (byte ^ b[i]) >> 8 - known === 0;
	});
}

/* IPv6 first, then by number; false if one is no address. */
function sortIpAddressList(list) {
	if (typeof list !== "string")
		return null;
	const addresses = list.replace(/[ \t]/g, "").split(";")
	    .map((text) => ({ text, bytes: parseAddress(text) }));

	if (addresses.some(({ bytes }) => bytes === null))
		return false;
	addresses.sort((a, b) => {
		if (a.bytes.length !== b.bytes.length)
			return b.bytes.length - a.bytes.length;
		const i = a.bytes.findIndex((byte, at) => byte !== b.bytes[at]);
		return i === -1 ? 0 : a.bytes[i] - b.bytes[i];
	});
	return addresses.map(({ text }) => text).join(";");
}

/* --- What the parent looks up --------------------------------------------- */

const lookUp = (flag, host) =>
    typeof host === "string" && host !== "" && isWhole(host) ?
    native.lookUp(flag, host) : "";

function dnsResolve(host) {
	return lookUp("h", host) || null;
}

function isResolvable(host) {
	return lookUp("h", host) !== "";
}

function dnsResolveEx(host) {
	return lookUp("e", host);
}

function isResolvableEx(host) {
	return lookUp("e", host) !== "";
}

function myIpAddress() {
	return native.own("m") || "127.0.0.1";
}

function myIpAddressEx() {
	return native.own("e");
}

function alert(text) {
	native.alert(String(text).replace(HALVES, "\ufffd"));
}

function getClientVersion() {
	return "1.0";
}

/* --- Time ----------------------------------------------------------------- */

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP",
    "OCT", "NOV", "DEC"];

/* The arguments without a last "GMT", and a reader of the date's fields. */
function readClock(args) {
	const gmt = args.length > 0 && args[args.length - 1] === "GMT";
	const date = now();

	return [gmt ? args.slice(0, -1) : args,
	    (field) => date[(gmt ? "getUTC" : "get") + field]()];
}

/* Lists of numbers, the first difference decides. */
function compare(a, b) {
	const i = a.findIndex((number, at) => number !== b[at]);

	return i === -1 ? 0 : a[i] - b[i];
}

/* Both ends count; a range whose end is before its start wraps around. */
function isBetween(start, value, end) {
	const after = compare(start, value) <= 0;
	const before = compare(value, end) <= 0;

	return compare(start, end) <= 0 ? after && before : after || before;
}

function weekdayRange(...all) {
	const [args, clock] = readClock(all);
	const first = WEEKDAYS.indexOf(args[0]);
	const last = args.length === 2 ? WEEKDAYS.indexOf(args[1]) : first;

	return first !== -1 && last !== -1 &&
	    isBetween([first], [clock("Day")], [last]);
}

/* Puts the fields that half of the arguments name into [year, month, day];
 * false if one is none. A number under 32 is a day, above it is a year. */
function putFields(date, args, dayOfThisMonth) {
	for (const arg of args) {
		const number = parseInt(arg, 10);

		if (isNaN(number)) {
			date[1] = MONTHS.indexOf(arg);
			if (date[1] === -1)
				return false;
		} else if (number < 32) {
			date[2] = number;
			if (dayOfThisMonth !== null)
				date[1] = dayOfThisMonth;
		} else {
			date[0] = number;
		}
	}
	return true;
}

function dateRange(...all) {
	const [args, clock] = readClock(all);
	const today = [clock("FullYear"), clock("Month"), clock("Date")];
	const middle = args.length === 1 ? 1 : args.length >> 1;
	const month = args.length <= 2 ? today[1] : null;
	const start = [today[0], 0, 1];
	const end = [today[0], 11, 31];
	const others = args.length === 1 ? args : args.slice(middle);

	return args.length > 0 &&
	    putFields(start, args.slice(0, middle), month) &&
	    putFields(end, others, month) && isBetween(start, today, end);
}

/* Two hours do not wrap around, as they never did in browsers. */
function timeRange(...all) {
	const [args, clock] = readClock(all);
	const time = [clock("Hours"), clock("Minutes"), clock("Seconds")];
	const numbers = args.map(Number);

	switch (args.length) {
	case 0:
		return false;
	case 1:
		return time[0] === numbers[0];
	case 2:
		return numbers[0] <= time[0] && time[0] <= numbers[1];
	case 4:
	case 6:
		break;
	default:
		throw new TypeError("timeRange: bad number of arguments");
	}
	const middle = args.length / 2;
	return isBetween(numbers.slice(0, middle), time.slice(0, middle),
	    numbers.slice(middle));
}

/* --- What is not the same for two calls is told of ------------------------- */

const clockedDate = new Proxy(RealDate, {
	construct: (target, args, newTarget) => Reflect.construct(target,
	    args.length > 0 ? args : [now().getTime()], newTarget),
	apply: () => now().toString(),
});
const random = Math.random;

RealDate.prototype.constructor = clockedDate;
RealDate.now = () => now().getTime();
global.Date = clockedDate;
Math.random = () => {
	native.mark();
	return random();
};

/* Formatting without a date takes the present one. */
for (const name of ["Intl", "Temporal"]) {
	const value = global[name];

	if (value !== undefined)
		Object.defineProperty(global, name, {
			configurable: true,
			get() {
				native.mark();
				return value;
			},
			set(other) {
				Object.defineProperty(global, name, {
					value: other,
					writable: true,
				});
			},
		});
}

/* No PAC file has these in a browser, or none has a use for them here. */
for (const name of ["console", "WebAssembly", "Atomics", "SharedArrayBuffer"])
	delete global[name];

Object.assign(global, {
	alert, convert_addr, dateRange, dnsDomainIs, dnsDomainLevels,
	dnsResolve, dnsResolveEx, getClientVersion, isInNet, isInNetEx,
	isPlainHostName, isResolvable, isResolvableEx, localHostOrDomainIs,
	myIpAddress, myIpAddressEx, shExpMatch, sortIpAddressList, timeRange,
	weekdayRange,
});

return isWhole;
})
