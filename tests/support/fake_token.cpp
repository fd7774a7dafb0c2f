// A PKCS#11 module that is in trouble: what no software token can be brought to do. One token
// "fake" with one key "key"; the environment says what is wrong with it (SOGOC_FAKE_TOKEN) and
// where its certificate is (SOGOC_FAKE_CERTIFICATE). The right PIN is 1234.

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <p11-kit/pkcs11.h>

namespace {

constexpr CK_OBJECT_HANDLE kKey = 1, kCertificate = 2;
int logins = 0;
bool key_wanted = false, search_done = false;

bool trouble(const char* what) {
  const char* said = std::getenv("SOGOC_FAKE_TOKEN");
  return said != nullptr && std::string(said) == what;
}

CK_RV initialize(void*) { return CKR_OK; }
CK_RV finalize(void*) { return CKR_OK; }
CK_RV slots(CK_BBOOL, CK_SLOT_ID* list, CK_ULONG* count) {
  *count = trouble("absent") ? 0 : 1;
  if (list != nullptr && *count == 1) list[0] = 5;
  return CKR_OK;
}
CK_RV token_info(CK_SLOT_ID, CK_TOKEN_INFO* info) {
  std::memset(info, ' ', sizeof *info);
  std::memcpy(info->label, "fake", 4);
  info->flags = CKF_TOKEN_INITIALIZED | CKF_LOGIN_REQUIRED;
  if (trouble("final try")) info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (trouble("locked")) info->flags |= CKF_USER_PIN_LOCKED;
  if (trouble("few tries") && logins > 0) info->flags |= CKF_USER_PIN_COUNT_LOW;
  if (trouble("locks itself") && logins > 0) info->flags |= CKF_USER_PIN_LOCKED;
  return CKR_OK;
}
CK_RV open_session(CK_SLOT_ID, CK_FLAGS, void*, CK_NOTIFY, CK_SESSION_HANDLE* session) {
  *session = 9;
  return CKR_OK;
}
CK_RV close_session(CK_SESSION_HANDLE) { return CKR_OK; }
CK_RV log_in(CK_SESSION_HANDLE, CK_USER_TYPE, CK_UTF8CHAR* pin, CK_ULONG size) {
  ++logins;
  if (trouble("expired")) return CKR_PIN_EXPIRED;
  return std::string(reinterpret_cast<char*>(pin), size) == "1234" ? CKR_OK : CKR_PIN_INCORRECT;
}
CK_RV log_out(CK_SESSION_HANDLE) { return CKR_OK; }
CK_RV find_init(CK_SESSION_HANDLE, CK_ATTRIBUTE* wanted, CK_ULONG count) {
  key_wanted = search_done = false;
  for (CK_ULONG i = 0; i < count; ++i)
    if (wanted[i].type == CKA_CLASS)
      key_wanted = *static_cast<CK_OBJECT_CLASS*>(wanted[i].pValue) == CKO_PRIVATE_KEY;
  return CKR_OK;
}
CK_RV find(CK_SESSION_HANDLE, CK_OBJECT_HANDLE* objects, CK_ULONG, CK_ULONG* count) {
  objects[0] = key_wanted ? kKey : kCertificate;
  *count = search_done ? 0 : 1;
  search_done = true;
  return CKR_OK;
}
CK_RV find_final(CK_SESSION_HANDLE) { return CKR_OK; }
CK_RV attributes(CK_SESSION_HANDLE, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* wanted, CK_ULONG) {
  std::vector<char> value{1};
  if (wanted->type == CKA_VALUE) {
    std::ifstream in(std::getenv("SOGOC_FAKE_CERTIFICATE"), std::ios::binary);
    value.assign(std::istreambuf_iterator<char>(in), {});
  } else if (wanted->type == CKA_ALWAYS_AUTHENTICATE) {
    value[0] = trouble("asks each time") ? CK_TRUE : CK_FALSE;
  } else if (wanted->type != CKA_ID || object == 0) {
    return CKR_ATTRIBUTE_TYPE_INVALID;
  }
  if (trouble("huge attribute") && wanted->type == CKA_VALUE) {
    wanted->ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return CKR_OK;
  }
  if (wanted->pValue != nullptr) std::memcpy(wanted->pValue, value.data(), value.size());
  wanted->ulValueLen = value.size();
  return CKR_OK;
}
CK_RV sign_init(CK_SESSION_HANDLE, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  if (trouble("removed")) return CKR_DEVICE_REMOVED;
  if (trouble("unknown mechanism")) return CKR_MECHANISM_INVALID;
  return CKR_OK;
}
CK_RV sign(CK_SESSION_HANDLE, CK_BYTE*, CK_ULONG, CK_BYTE* signature, CK_ULONG* size) {
  if (trouble("removed while signing")) return CKR_TOKEN_NOT_PRESENT;
  if (trouble("fails")) return CKR_DEVICE_ERROR;
  if (trouble("never heard of")) return 0x8000BEEF;
  *size = trouble("empty signature") ? 0 : trouble("odd signature") ? 63 : 64;
  std::memset(signature, 7, *size);
  return CKR_OK;
}

CK_FUNCTION_LIST list_of_functions() {
  CK_FUNCTION_LIST list{};
  list.version = {2, 40};
  list.C_Initialize = initialize;
  list.C_Finalize = finalize;
  list.C_GetSlotList = slots;
  list.C_GetTokenInfo = token_info;
  list.C_OpenSession = open_session;
  list.C_CloseSession = close_session;
  list.C_Login = log_in;
  list.C_Logout = log_out;
  list.C_FindObjectsInit = find_init;
  list.C_FindObjects = find;
  list.C_FindObjectsFinal = find_final;
  list.C_GetAttributeValue = attributes;
  list.C_SignInit = sign_init;
  list.C_Sign = sign;
  return list;
}

}  // namespace

extern "C" CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  static CK_FUNCTION_LIST functions = list_of_functions();
  *list = &functions;
  return CKR_OK;
}

// How often a PIN was tried since this was asked last.
extern "C" int fake_token_logins() {
  const int count = logins;
  logins = 0;
  return count;
}
