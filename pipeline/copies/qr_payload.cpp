#include "pipeline/copies/qr_payload.hpp"

#include <algorithm>

#include "pipeline/copies/vietnam_time.hpp"

namespace sogoc {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kPlainPrefix = "SG1:";
// Of QR's alphanumeric mode, what also stands unescaped in an address.
constexpr std::string_view kAddressCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./:";

auto refuse(std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, "QR", std::move(why));
}

// UTF-8 of RFC 3629, as a whole and without control characters: it will stand on a screen.
bool is_clean_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x20 || first == 0x7F) return false;
    const std::size_t more = first < 0x80 ? 0 : first >> 5 == 6 ? 1 : first >> 4 == 14 ? 2 : first >> 3 == 30 ? 3 : 4;
    if (more == 4 || i + more >= text.size() + (more == 0 ? 1 : 0)) return false;
    std::uint32_t code = more == 0 ? first : first & (0x3Fu >> more);
    for (std::size_t k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      code = (code << 6) | (next & 0x3Fu);
    }
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (code < kLeast[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    i += more + 1;
  }
  return true;
}

bool put_text(Octets& bytes, const std::string& text) {
  if (text.size() > 255 || !is_clean_text(text)) return false;
  bytes.push_back(static_cast<std::uint8_t>(text.size()));
  bytes.insert(bytes.end(), text.begin(), text.end());
  return true;
}

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > bytes_.size()) {
      short_ = true;
      return {};
    }
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }
  std::uint8_t byte() {
    const auto one = take(1);
    return one.empty() ? std::uint8_t{0} : one.front();
  }
  std::string text() {
    const auto taken = take(byte());
    std::string text(taken.begin(), taken.end());
    if (!is_clean_text(text)) unclean_ = true;
    return text;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> value{};
    const auto taken = take(N);
    std::copy(taken.begin(), taken.end(), value.begin());
    return value;
  }
  [[nodiscard]] bool ended() const { return bytes_.empty() && !short_; }
  [[nodiscard]] bool unclean() const { return unclean_; }

 private:
  std::span<const std::uint8_t> bytes_;
  bool short_ = false;
  bool unclean_ = false;
};

Result<QrPayload> payload_from_bytes(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  if (reader.byte() != kVersion) return refuse("is of a version that is not known");
  QrPayload payload;
  payload.key_id = reader.array<kQrKeyIdBytes>();
  const std::uint8_t kind = reader.byte();
  const auto days = reader.array<4>();
  payload.body = reader.text();
  payload.copy_number = reader.text();
  payload.register_number = reader.text();
  payload.name = reader.text();
  payload.birth_date = reader.text();
  payload.record = reader.array<kQrRecordBytes>();
  if (!reader.ended()) return refuse("is too short or too long");
  if (reader.unclean()) return refuse("holds text that is no clean UTF-8");
  if (kind >= kCopyKindNames.size()) return refuse("is of a kind of copy that is not known");
  payload.kind = static_cast<CopyKind>(kind);
  // Years 0000 to 9999 only: what an ISO day can say.
  const std::int64_t since_1970 = static_cast<std::int32_t>((std::uint32_t{days[0]} << 24) | (std::uint32_t{days[1]} << 16) |
                                                            (std::uint32_t{days[2]} << 8) | days[3]);
  if (since_1970 < -719'528 || since_1970 > 2'932'896) return refuse("holds a date that is none");
  payload.date = iso_day(Day(std::chrono::sys_days(std::chrono::days(since_1970))));
  return payload;
}

}  // namespace

std::array<std::uint8_t, kQrKeyIdBytes> qr_key_id(const Sha256& key_id) {
  std::array<std::uint8_t, kQrKeyIdBytes> prefix{};
  std::copy_n(key_id.bytes.begin(), prefix.size(), prefix.begin());
  return prefix;
}

std::array<std::uint8_t, kQrRecordBytes> qr_record_prefix(const Sha256& record) {
  std::array<std::uint8_t, kQrRecordBytes> prefix{};
  std::copy_n(record.bytes.begin(), prefix.size(), prefix.begin());
  return prefix;
}

Result<Octets> qr_signed_bytes(const QrPayload& payload) {
  const auto day = day_from_iso(payload.date);
  if (!day) return refuse("the date of issue is no day YYYY-MM-DD");
  const auto days = static_cast<std::uint32_t>(
      static_cast<std::int32_t>(std::chrono::sys_days(*day).time_since_epoch().count()));
  Octets bytes{kVersion};
  bytes.insert(bytes.end(), payload.key_id.begin(), payload.key_id.end());
  bytes.push_back(static_cast<std::uint8_t>(payload.kind));
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(days >> shift));
  for (const std::string* text : {&payload.body, &payload.copy_number, &payload.register_number, &payload.name,
                                  &payload.birth_date})
    if (!put_text(bytes, *text)) return refuse("a text on the copy is longer than 255 bytes or is no clean UTF-8");
  bytes.insert(bytes.end(), payload.record.begin(), payload.record.end());
  if (bytes.size() + kQrSignatureBytes > kQrMostBytes) return refuse("the texts on the copy are too long for a symbol");
  return bytes;
}

Result<std::string> make_qr_text(const QrPayload& payload, const QrSigner& sign, const std::string& lookup_address) {
  SOGOC_TRY(Octets bytes, qr_signed_bytes(payload));
  SOGOC_TRY(const Octets signature, sign(bytes));
  if (signature.size() != kQrSignatureBytes)
    return fail(ErrorCode::internal, Retry::never, "QR", "the signer gave a signature of the wrong length");
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  if (lookup_address.empty()) return std::string(kPlainPrefix) + base45_of(bytes);
  if (lookup_address.find_first_not_of(kAddressCharacters) != std::string::npos)
    return refuse("the lookup address holds a character that the symbol cannot carry");
  return lookup_address + "#" + base32_of(bytes);
}

Result<ReadQr> read_qr_text(std::string_view text) {
  ReadQr read;
  std::optional<Octets> bytes;
  // Longest: an address of 200 characters and base32 of the largest payload.
  if (text.size() > 200 + 1 + (kQrMostBytes * 8 + 4) / 5) return refuse("is longer than any payload");
  if (text.starts_with(kPlainPrefix)) {
    bytes = bytes_from_base45(text.substr(kPlainPrefix.size()));
  } else if (const auto mark = text.find('#'); mark != std::string_view::npos) {
    read.lookup_address = std::string(text.substr(0, mark));
    const bool web = read.lookup_address.starts_with("HTTPS://") || read.lookup_address.starts_with("HTTP://");
    if (!web || read.lookup_address.find_first_not_of(kAddressCharacters) != std::string::npos)
      return refuse("holds an address that this program does not write");
    bytes = bytes_from_base32(text.substr(mark + 1));
  } else {
    return refuse("is no payload of a copy");
  }
  if (!bytes || bytes->size() <= kQrSignatureBytes || bytes->size() > kQrMostBytes)
    return refuse("is no payload of a copy");
  const std::size_t length = bytes->size() - kQrSignatureBytes;
  read.signature.assign(bytes->begin() + static_cast<std::ptrdiff_t>(length), bytes->end());
  read.signed_bytes.assign(bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(length));
  SOGOC_TRY(read.payload, payload_from_bytes(read.signed_bytes));
  return read;
}

Result<QrPayload> verify_qr_text(std::string_view text, const QrVerifier& verify) {
  SOGOC_TRY(ReadQr read, read_qr_text(text));
  auto holds = verify(read.signed_bytes, read.signature, read.payload.key_id);
  if (!holds && holds.error().code == ErrorCode::not_found)
    return fail(ErrorCode::undecidable, Retry::after_operator, "QR",
                "is signed by a key that is not known here: import the issuer's published key");
  if (!holds) return tl::unexpected<Error>(std::move(holds).error());
  if (!*holds) return fail(ErrorCode::invalid, Retry::never, "QR", "its signature does not hold: it was not issued so");
  return std::move(read.payload);
}

std::string token_text(const LookupToken& token) { return base32_of(token); }

std::optional<LookupToken> token_from_text(std::string_view text) {
  const auto bytes = bytes_from_base32(text);
  LookupToken token{};
  if (!bytes || bytes->size() != token.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), token.begin());
  return token;
}

Result<std::string> lookup_address(std::string_view base, const LookupToken& token) {
  const auto bad = [&] {
    return fail(ErrorCode::invalid_input, Retry::after_operator, std::string(base),
                "is no lookup address: write https://HOST or https://HOST/PATH with the path in upper case");
  };
  const std::size_t scheme = base.starts_with("https://") ? 8 : base.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || base.size() > 150) return bad();
  const auto slash = std::min(base.find('/', scheme), base.size());
  if (slash == scheme) return bad();
  // Scheme and host do not tell cases apart; a path does.
  std::string address;
  for (const char c : base.substr(0, slash)) address += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  address += base.substr(slash);
  if (address.ends_with('/')) address.pop_back();
  if (address.find_first_not_of(kAddressCharacters) != std::string::npos) return bad();
  return address + "/T/" + token_text(token);
}

}  // namespace sogoc
