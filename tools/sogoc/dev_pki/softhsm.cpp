#include "tools/sogoc/dev_pki/softhsm.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <openssl/core_names.h>
#include <p11-kit/pkcs11.h>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::dev_pki {
namespace {

using namespace openssl;
using Bytes = std::vector<std::uint8_t>;

tl::unexpected<Error> refused(const std::string& what, CK_RV code) {
  return fail(ErrorCode::unavailable, Retry::after_operator, "SoftHSM2",
              what + " failed with PKCS#11 code " + std::to_string(code));
}

Done ok(const std::string& what, CK_RV code) {
  if (code != CKR_OK) return refused(what, code);
  return {};
}

// Attributes own their bytes until the call is made.
class Template {
 public:
  Template& bytes(CK_ATTRIBUTE_TYPE kind, Bytes value) {
    values_.push_back(std::move(value));
    kinds_.push_back(kind);
    return *this;
  }
  template <typename T>
  Template& value(CK_ATTRIBUTE_TYPE kind, T number) {
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&number);
    return bytes(kind, Bytes(raw, raw + sizeof number));
  }
  Template& flag(CK_ATTRIBUTE_TYPE kind, bool on) {
    return value<CK_BBOOL>(kind, on ? CK_TRUE : CK_FALSE);
  }
  Template& text(CK_ATTRIBUTE_TYPE kind, const std::string& words) {
    return bytes(kind, Bytes(words.begin(), words.end()));
  }
  std::vector<CK_ATTRIBUTE> list() {
    std::vector<CK_ATTRIBUTE> all;
    for (std::size_t i = 0; i < values_.size(); ++i)
      all.push_back({kinds_[i], values_[i].data(), static_cast<CK_ULONG>(values_[i].size())});
    return all;
  }

 private:
  std::vector<Bytes> values_;
  std::vector<CK_ATTRIBUTE_TYPE> kinds_;
};

Bytes number_param(const EVP_PKEY* key, const char* name, std::size_t size = 0) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>> number(raw);
  Bytes bytes(std::max<std::size_t>(size, static_cast<std::size_t>(BN_num_bytes(raw))));
  BN_bn2binpad(raw, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

// Adds the public or the private numbers of an EC or RSA key.
Done add_key(Template& object, EVP_PKEY* key, bool is_private) {
  const auto unknown = [] {
    return fail(ErrorCode::internal, Retry::never, "SoftHSM2", "this kind of key is not put into tokens");
  };
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
    char group[80] = "";
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, group, sizeof group, &size) != 1) return unknown();
    object.value<CK_KEY_TYPE>(CKA_KEY_TYPE, CKK_EC)
        .bytes(CKA_EC_PARAMS, der_of(OBJ_nid2obj(OBJ_txt2nid(group)), i2d_ASN1_OBJECT));
    const auto width = static_cast<std::size_t>((EVP_PKEY_get_bits(key) + 7) / 8);
    if (is_private) {
      object.bytes(CKA_VALUE, number_param(key, OSSL_PKEY_PARAM_PRIV_KEY, width));
      return {};
    }
    Bytes point(2 * width + 1);
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                        &size) != 1 || size != point.size())
      return unknown();
    const OctetsPtr octets(ASN1_OCTET_STRING_new());
    ASN1_OCTET_STRING_set(octets.get(), point.data(), static_cast<int>(point.size()));
    object.bytes(CKA_EC_POINT, der_of(octets.get(), i2d_ASN1_OCTET_STRING));
    return {};
  }
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return unknown();
  object.value<CK_KEY_TYPE>(CKA_KEY_TYPE, CKK_RSA)
      .bytes(CKA_MODULUS, number_param(key, OSSL_PKEY_PARAM_RSA_N))
      .bytes(CKA_PUBLIC_EXPONENT, number_param(key, OSSL_PKEY_PARAM_RSA_E));
  if (is_private)
    object.bytes(CKA_PRIVATE_EXPONENT, number_param(key, OSSL_PKEY_PARAM_RSA_D))
        .bytes(CKA_PRIME_1, number_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1))
        .bytes(CKA_PRIME_2, number_param(key, OSSL_PKEY_PARAM_RSA_FACTOR2))
        .bytes(CKA_EXPONENT_1, number_param(key, OSSL_PKEY_PARAM_RSA_EXPONENT1))
        .bytes(CKA_EXPONENT_2, number_param(key, OSSL_PKEY_PARAM_RSA_EXPONENT2))
        .bytes(CKA_COEFFICIENT, number_param(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1));
  return {};
}

struct CloseLibrary {
  void operator()(void* library) const noexcept { ::dlclose(library); }
};

// One loaded and initialised module.
class Module {
 public:
  static Result<std::unique_ptr<Module>> load(const std::filesystem::path& file) {
    std::unique_ptr<Module> module(new Module);
    module->library_.reset(::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (module->library_ == nullptr)
      return fail(ErrorCode::missing_model, Retry::after_operator, file.string(),
                  "the PKCS#11 module cannot be loaded: " + std::string(::dlerror()));
    const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(
        ::dlsym(module->library_.get(), "C_GetFunctionList"));
    if (get_list == nullptr || get_list(&module->p11) != CKR_OK)
      return fail(ErrorCode::missing_model, Retry::after_operator, file.string(),
                  "this is no PKCS#11 module");
    SOGOC_CHECK(ok("starting (is its folder of tokens there?)", module->p11->C_Initialize(nullptr)));
    module->initialised_ = true;
    return module;
  }
  ~Module() {
    if (initialised_) p11->C_Finalize(nullptr);
  }

  CK_FUNCTION_LIST* p11 = nullptr;

 private:
  Module() = default;
  std::unique_ptr<void, CloseLibrary> library_;
  bool initialised_ = false;
};

CK_UTF8CHAR* chars(std::string& text) { return reinterpret_cast<CK_UTF8CHAR*>(text.data()); }

std::string padded(const std::string& label) {
  std::string text = label;
  text.resize(32, ' ');
  return text;
}

// The slot of the token with that label, or a free one.
Result<CK_SLOT_ID> find_slot(CK_FUNCTION_LIST* p11, const std::string& label, bool& made) {
  CK_ULONG count = 0;
  SOGOC_CHECK(ok("listing slots", p11->C_GetSlotList(CK_TRUE, nullptr, &count)));
  std::vector<CK_SLOT_ID> slots(count);
  SOGOC_CHECK(ok("listing slots", p11->C_GetSlotList(CK_TRUE, slots.data(), &count)));
  std::optional<CK_SLOT_ID> unused;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    if (p11->C_GetTokenInfo(slot, &info) != CKR_OK) continue;
    if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) {
      unused = slot;
    } else if (std::memcmp(info.label, padded(label).data(), 32) == 0) {
      made = true;
      return slot;
    }
  }
  made = false;
  if (!unused)
    return fail(ErrorCode::unavailable, Retry::after_operator, "SoftHSM2", "it has no free slot");
  return *unused;
}

// A logged-in session that closes itself.
class Session {
 public:
  explicit Session(CK_FUNCTION_LIST* p11) : p11_(p11) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (open_) p11_->C_CloseSession(handle);
  }
  Done begin(CK_SLOT_ID slot, CK_USER_TYPE user, std::string pin) {
    SOGOC_CHECK(ok("opening a session",
                p11_->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &handle)));
    open_ = true;
    SOGOC_CHECK(ok("logging in", p11_->C_Login(handle, user, chars(pin), pin.size())));
    return {};
  }
  Done destroy_all(const std::string& label) {
    Template wanted;
    auto list = wanted.text(CKA_LABEL, label).list();
    SOGOC_CHECK(ok("searching", p11_->C_FindObjectsInit(handle, list.data(), list.size())));
    std::vector<CK_OBJECT_HANDLE> found(64);
    CK_ULONG count = 0;
    const CK_RV searched = p11_->C_FindObjects(handle, found.data(), found.size(), &count);
    p11_->C_FindObjectsFinal(handle);
    SOGOC_CHECK(ok("searching", searched));
    for (CK_ULONG i = 0; i < count; ++i)
      SOGOC_CHECK(ok("removing the old key", p11_->C_DestroyObject(handle, found[i])));
    return {};
  }
  Done create(Template& object, const char* what) {
    auto list = object.list();
    CK_OBJECT_HANDLE made = 0;
    SOGOC_CHECK(ok(what, p11_->C_CreateObject(handle, list.data(), list.size(), &made)));
    return {};
  }

  CK_SESSION_HANDLE handle = 0;

 private:
  CK_FUNCTION_LIST* p11_;
  bool open_ = false;
};

Done make_token(CK_FUNCTION_LIST* p11, CK_SLOT_ID slot, const SoftToken& token) {
  std::string so_pin = token.so_pin, pin = token.pin, label = padded(token.token_label);
  SOGOC_CHECK(ok("making a token", p11->C_InitToken(slot, chars(so_pin), so_pin.size(), chars(label))));
  Session session(p11);
  SOGOC_CHECK(session.begin(slot, CKU_SO, so_pin));
  SOGOC_CHECK(ok("setting the PIN", p11->C_InitPIN(session.handle, chars(pin), pin.size())));
  return {};
}

Template object_of(CK_OBJECT_CLASS kind, const std::string& label, const Bytes& id) {
  Template object;
  object.value<CK_OBJECT_CLASS>(CKA_CLASS, kind)
      .flag(CKA_TOKEN, true)
      .text(CKA_LABEL, label)
      .bytes(CKA_ID, id);
  return object;
}

}  // namespace

Result<std::filesystem::path> find_softhsm(const std::string& named) {
  std::error_code error;
  std::vector<std::filesystem::path> places{named};
  if (named.empty())
    places = {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
              "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"};
  for (const auto& place : places)
    if (std::filesystem::exists(place, error)) return place;
  return fail(ErrorCode::missing_model, Retry::after_operator,
              named.empty() ? "SoftHSM2" : named,
              "the software token is not installed: apt-get install softhsm2");
}

Done store_in_token(const SoftToken& token, const Credential& credential) {
  const QuietQueue quiet;
  ::setenv("SOFTHSM2_CONF", token.config.c_str(), 1);
  SOGOC_TRY(const auto module, Module::load(token.module));
  CK_FUNCTION_LIST* p11 = module->p11;
  bool made = false;
  SOGOC_TRY(CK_SLOT_ID slot, find_slot(p11, token.token_label, made));
  if (!made) {
    SOGOC_CHECK(make_token(p11, slot, token));
    SOGOC_TRY(slot, find_slot(p11, token.token_label, made));
  }
  Session session(p11);
  SOGOC_CHECK(session.begin(slot, CKU_USER, token.pin));
  SOGOC_CHECK(session.destroy_all(token.key_label));

  const CertificatePtr certificate = certificate_from(credential.certificate);
  if (certificate == nullptr)
    return fail(ErrorCode::internal, Retry::never, "SoftHSM2", "the certificate cannot be read");
  const Bytes id = digest_of(credential.certificate, "SHA1");
  Template private_key = object_of(CKO_PRIVATE_KEY, token.key_label, id);
  private_key.flag(CKA_PRIVATE, true).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false).flag(CKA_SIGN, true);
  SOGOC_CHECK(add_key(private_key, credential.key.get(), true));
  SOGOC_CHECK(session.create(private_key, "storing the private key"));
  Template public_key = object_of(CKO_PUBLIC_KEY, token.key_label, id);
  public_key.flag(CKA_PRIVATE, false).flag(CKA_VERIFY, true);
  SOGOC_CHECK(add_key(public_key, credential.key.get(), false));
  SOGOC_CHECK(session.create(public_key, "storing the public key"));
  Template stored = object_of(CKO_CERTIFICATE, token.key_label, id);
  stored.value<CK_CERTIFICATE_TYPE>(CKA_CERTIFICATE_TYPE, CKC_X_509)
      .flag(CKA_PRIVATE, false)
      .bytes(CKA_SUBJECT, der_of(X509_get_subject_name(certificate.get()), i2d_X509_NAME))
      .bytes(CKA_ISSUER, der_of(X509_get_issuer_name(certificate.get()), i2d_X509_NAME))
      .bytes(CKA_SERIAL_NUMBER, der_of(X509_get0_serialNumber(certificate.get()), i2d_ASN1_INTEGER))
      .bytes(CKA_VALUE, credential.certificate);
  return session.create(stored, "storing the certificate");
}

}  // namespace sogoc::dev_pki
