#include <cstring>
#include <memory>
#include <string_view>

#include <lcms2.h>

#include "workers/decode/decoding.hpp"

namespace sogoc::decoding {

namespace {

struct ProfileCloser {
  void operator()(void* profile) const noexcept { cmsCloseProfile(profile); }
};
using ProfilePtr = std::unique_ptr<void, ProfileCloser>;

// A context of its own, so that LCMS never prints.
cmsContext quiet_context() {
  static const cmsContext context = [] {
    cmsContext made = cmsCreateContext(nullptr, nullptr);
    cmsSetLogErrorHandlerTHR(made, [](cmsContext, cmsUInt32Number, const char*) {});
    return made;
  }();
  return context;
}

ProfilePtr opened(Bytes icc) {
  constexpr std::size_t kMostBytes = 8u << 20;
  if (icc.size() < 128 || icc.size() > kMostBytes) return nullptr;
  return ProfilePtr(cmsOpenProfileFromMemTHR(quiet_context(), icc.data(),
                                             static_cast<cmsUInt32Number>(icc.size())));
}

bool is_plain_srgb(cmsHPROFILE profile) {
  char text[128] = {};
  cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text, sizeof text);
  return std::string_view(text).find("sRGB") != std::string_view::npos;
}

}  // namespace

Buffer usable_profile(Bytes icc, ProfileKind kind) {
  const ProfilePtr profile = opened(icc);
  if (!profile) return {};
  const cmsColorSpaceSignature wanted = kind == ProfileKind::gray  ? cmsSigGrayData
                                        : kind == ProfileKind::rgb ? cmsSigRgbData
                                                                   : cmsSigCmykData;
  if (cmsGetColorSpace(profile.get()) != wanted) return {};
  const cmsProfileClassSignature use = cmsGetDeviceClass(profile.get());
  if (use != cmsSigInputClass && use != cmsSigDisplayClass && use != cmsSigOutputClass &&
      use != cmsSigColorSpaceClass)
    return {};
  if (cmsGetProfileVersion(profile.get()) >= 5) return {};
  if (kind == ProfileKind::rgb && is_plain_srgb(profile.get())) return {};
  return Buffer(icc.begin(), icc.end());
}

CmykToRgb::CmykToRgb(Bytes icc) {
  const ProfilePtr from = opened(icc);
  if (!from || cmsGetColorSpace(from.get()) != cmsSigCmykData) return;
  const ProfilePtr to(cmsCreate_sRGBProfileTHR(quiet_context()));
  if (!to) return;
  transform_ = cmsCreateTransformTHR(quiet_context(), from.get(), TYPE_CMYK_8, to.get(), TYPE_RGB_8,
                                     INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION);
}

CmykToRgb::~CmykToRgb() {
  if (transform_) cmsDeleteTransform(transform_);
}

void CmykToRgb::convert(const std::uint8_t* cmyk, std::uint8_t* rgb, std::size_t pixels) const {
  if (transform_) {
    cmsDoTransform(transform_, cmyk, rgb, static_cast<cmsUInt32Number>(pixels));
    return;
  }
  for (std::size_t i = 0; i < pixels; ++i)
    cmyk_to_rgb(cmyk[4 * i], cmyk[4 * i + 1], cmyk[4 * i + 2], cmyk[4 * i + 3], rgb + 3 * i);
}

}  // namespace sogoc::decoding
