/** RFC 3339, 5.7: no month is longer than it is. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** RFC 3339: a leap second is at the end of a day in UTC. */
function isTime(text: string): boolean {
  const found = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:z|([+-])(\d{2}):(\d{2}))$/i.exec(text);
  if (found === null) return false;
  const [hour, minute, second, zoneHour, zoneMinute] = [1, 2, 3, 5, 6].map((group) => Number(found[group] ?? 0));
  const [h = 0, m = 0, s = 0, zh = 0, zm = 0] = [hour, minute, second, zoneHour, zoneMinute];
  if (h > 23 || m > 59 || s > 60 || zh > 23 || zm > 59) return false;
  if (s < 60) return true;
  const zone = (zh * 60 + zm) * (found[4] === '-' ? -1 : 1);
  return (((h * 60 + m - zone) % 1440) + 1440) % 1440 === 1439;
}

function isDateTime(text: string): boolean {
  const at = text.search(/t/i);
  return at > 0 && isDate(text.slice(0, at)) && isTime(text.slice(at + 1));
}

/** One @, an unquoted local part of 64 characters at most, and a host of dotted labels (RFC 5321, 4.1.2 and 4.5.3.1). */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, host] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || local.length > 64 || host.length > 255) return false;
  return (
    /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/.test(local) &&
    host.split('.').every((label) => label.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(label))
  );
}

const isUri = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:[\w.~:/?#[\]@!$&'()*+,;=%-]*$/i.test(text) &&
  !/%(?![0-9a-f]{2})/i.test(text) &&
  URL.canParse(text);

/**
 * The formats that are checked; others are refused with the schema, so that nobody takes for checked what is not. Each
 * looks at a text a bounded number of times.
 */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
  email: isEmail,
  uri: isUri,
  uuid: (text) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text),
};
