#pragma once

// What the TSA, the OCSP responder and the CRL addresses of a dev-pki folder answer, with the faults
// a test may wish for.

#include <chrono>
#include <functional>
#include <string>

#include "pipeline/core/clock.hpp"
#include "tools/sogoc/dev_pki/http_server.hpp"
#include "tools/sogoc/dev_pki/pki_folder.hpp"

namespace sogoc::dev_pki {

enum class TsaFault : std::uint8_t { none, garbage, rejects, wrong_imprint, past, silent, http_error };
enum class OcspFault : std::uint8_t { none, garbage, try_later, unknown, stale, silent, http_error };
enum class CrlFault : std::uint8_t { none, garbage, stale, silent, http_error };

struct Mischief {
  std::chrono::milliseconds delay{0};
  TsaFault tsa = TsaFault::none;
  OcspFault ocsp = OcspFault::none;
  CrlFault crl = CrlFault::none;
};

// POST /tsa · POST /ocsp, GET /ocsp/<base64> · GET /root.crl /issuing.crl /root.der /issuing.der
// Thread: belongs to one thread.
[[nodiscard]] std::function<HttpAnswer(const HttpQuestion&)> make_responder(
    const PkiFolder& pki, const Mischief& mischief, const Clock& clock);

}  // namespace sogoc::dev_pki
