#pragma once

// DER by hand: what the hostile and the rare cases need and no library makes.

#include <cstdint>
#include <ctime>
#include <initializer_list>
#include <string>
#include <vector>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::test::der {

using Bytes = std::vector<std::uint8_t>;

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Bytes tagged(std::uint8_t tag, const Bytes& content) {
  Bytes out{tag};
  const std::size_t size = content.size();
  if (size < 0x80) {
    out.push_back(static_cast<std::uint8_t>(size));
  } else {
    Bytes length;
    for (std::size_t rest = size; rest > 0; rest >>= 8)
      length.insert(length.begin(), static_cast<std::uint8_t>(rest & 0xFF));
    out.push_back(static_cast<std::uint8_t>(0x80 | length.size()));
    out.insert(out.end(), length.begin(), length.end());
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

inline Bytes sequence(std::initializer_list<Bytes> parts) { return tagged(0x30, joined(parts)); }
inline Bytes set(std::initializer_list<Bytes> parts) { return tagged(0x31, joined(parts)); }
inline Bytes octets(const Bytes& bytes) { return tagged(0x04, bytes); }
inline Bytes null() { return {0x05, 0x00}; }
inline Bytes integer(std::uint64_t value) {
  Bytes bytes;
  do bytes.insert(bytes.begin(), static_cast<std::uint8_t>(value & 0xFF));
  while ((value >>= 8) != 0);
  if ((bytes.front() & 0x80) != 0) bytes.insert(bytes.begin(), 0);
  return tagged(0x02, bytes);
}
inline Bytes oid(const char* dotted) {
  const openssl::ObjectPtr object(OBJ_txt2obj(dotted, 1));
  return openssl::der_of(object.get(), i2d_ASN1_OBJECT);
}
inline Bytes text_time(std::uint8_t tag, const char* format, UtcTime time) {
  const std::time_t seconds = openssl::seconds_of(time);
  std::tm broken{};
  gmtime_r(&seconds, &broken);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, format, &broken);
  return tagged(tag, Bytes(text, text + size));
}
inline Bytes utc_time(UtcTime time) { return text_time(0x17, "%y%m%d%H%M%SZ", time); }
inline Bytes general_time(UtcTime time) { return text_time(0x18, "%Y%m%d%H%M%SZ", time); }
inline Bytes attribute(const char* kind, const Bytes& value) {
  return sequence({oid(kind), set({value})});
}

}  // namespace sogoc::test::der
