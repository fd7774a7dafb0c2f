// RFC 3161 timestamp tokens.

#include "workers/trust/certificate_private.hpp"
#include "workers/trust/signed_data_private.hpp"

namespace sogoc {

using namespace openssl;

Result<TimestampFacts> read_timestamp(std::span<const std::uint8_t> token, const DigestOf& imprint_of) {
  const QuietQueue quiet;
  constexpr const char* kStampInfo = "1.2.840.113549.1.9.16.1.4";
  SOGOC_TRY(const SignedData data, parse_signed_data(token, "timestamp", kStampInfo));
  const auto refused = [](const char* why) {
    return fail(ErrorCode::invalid_input, Retry::never, "timestamp", why);
  };
  if (!data.content) return refused("the token holds no TSTInfo");
  const unsigned char* at = data.content->data();
  const StampInfoPtr info(
      d2i_TS_TST_INFO(nullptr, &at, static_cast<long>(data.content->size())));
  if (info == nullptr || at != data.content->data() + data.content->size())
    return refused("the token's TSTInfo cannot be read");
  const auto time = time_from(TS_TST_INFO_get_time(info.get()));
  if (!time) return refused("the token states no readable time");

  TimestampFacts facts;
  facts.time = *time;
  facts.policy = dotted(TS_TST_INFO_get_policy_id(info.get()));
  facts.serial_hex = hex_of(TS_TST_INFO_get_serial(info.get()));
  facts.signer = der_of(data.signer_certificate);
  facts.certificates = ders_of(data.certificates.get());

  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(info.get());
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  const int kind = OBJ_obj2nid(algorithm);
  const std::string digest = kind != NID_undef ? OBJ_nid2sn(kind) : dotted(algorithm);
  facts.digest_algorithm = digest_for_people(digest);
  const auto expected = imprint_of(digest);
  facts.imprint_matches = expected.has_value() && !expected->empty() &&
                          bytes_of(TS_MSG_IMPRINT_get_msg(imprint)) == *expected;

  const ASN1_STRING* said = data.signed_octets("1.2.840.113549.1.9.4");
  facts.signature_valid = data.has_signed_attributes() && data.signature_verifies({}) &&
                          said != nullptr &&
                          bytes_of(said) == digest_of(*data.content, data.digest.c_str()) &&
                          data.content_type_attribute() == kStampInfo &&
                          data.names_its_certificate(true);
  facts.weak = data.weak() || weak_digest(kind);
  return facts;
}

}  // namespace sogoc
