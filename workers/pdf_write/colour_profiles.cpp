#include "workers/pdf_write/colour_profiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>

#include <lcms2.h>

namespace sogoc {

namespace {

struct CloseProfile {
  using pointer = cmsHPROFILE;
  void operator()(cmsHPROFILE profile) const noexcept { cmsCloseProfile(profile); }
};
using ProfilePtr = std::unique_ptr<void, CloseProfile>;
struct FreeCurve {
  void operator()(cmsToneCurve* curve) const noexcept { cmsFreeToneCurve(curve); }
};
using CurvePtr = std::unique_ptr<cmsToneCurve, FreeCurve>;
struct FreePipeline {
  void operator()(cmsPipeline* pipeline) const noexcept { cmsPipelineFree(pipeline); }
};
using PipelinePtr = std::unique_ptr<cmsPipeline, FreePipeline>;
struct FreeText {
  void operator()(cmsMLU* text) const noexcept { cmsMLUfree(text); }
};
using TextPtr = std::unique_ptr<cmsMLU, FreeText>;
struct DeleteTransform {
  using pointer = cmsHTRANSFORM;
  void operator()(cmsHTRANSFORM transform) const noexcept { cmsDeleteTransform(transform); }
};
using TransformPtr = std::unique_ptr<void, DeleteTransform>;

tl::unexpected<Error> no_profile(const char* which) {
  return fail(ErrorCode::internal, Retry::never, which, "the colour profile could not be made");
}

double srgb_light(double value) {  // IEC 61966-2-1
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

bool describe(cmsHPROFILE profile, const char* description) {
  const TextPtr name(cmsMLUalloc(nullptr, 1));
  const TextPtr rights(cmsMLUalloc(nullptr, 1));
  return name && rights && cmsMLUsetASCII(name.get(), "en", "US", description) &&
         cmsMLUsetASCII(rights.get(), "en", "US", "No copyright, use freely") &&
         cmsWriteTag(profile, cmsSigProfileDescriptionTag, name.get()) &&
         cmsWriteTag(profile, cmsSigCopyrightTag, rights.get());
}

// The bytes, with the creation time that lcms takes from the clock set to a fixed one.
Result<std::vector<std::uint8_t>> bytes_of(cmsHPROFILE profile, const char* which) {
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile, nullptr, &size)) return no_profile(which);
  std::vector<std::uint8_t> bytes(size);
  if (!cmsSaveProfileToMem(profile, bytes.data(), &size) || size < 128) return no_profile(which);
  bytes.resize(size);
  constexpr std::array<std::uint8_t, 12> kMade{0x07, 0xEA, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  std::copy(kMade.begin(), kMade.end(), bytes.begin() + 24);
  std::fill(bytes.begin() + 84, bytes.begin() + 100, std::uint8_t{0});  // profile id: optional
  return bytes;
}

// lcms asks for Lab of a CMYK point, all in 16 bit.
cmsInt32Number sample_cmyk(const cmsUInt16Number in[], cmsUInt16Number out[], void* transform) {
  const double k = 1 - in[3] / 65535.0;
  std::array<double, 3> rgb{};
  for (std::size_t i = 0; i < 3; ++i) rgb[i] = (1 - in[i] / 65535.0) * k;
  cmsDoTransform(static_cast<cmsHTRANSFORM>(transform), rgb.data(), out, 1);
  return 1;
}

std::uint32_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 |
         static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

}  // namespace

Result<std::vector<std::uint8_t>> srgb_profile() {
  constexpr std::size_t kSamples = 1024;
  std::array<cmsUInt16Number, kSamples> samples{};
  for (std::size_t i = 0; i < kSamples; ++i)
    samples[i] = static_cast<cmsUInt16Number>(
        std::lround(srgb_light(static_cast<double>(i) / (kSamples - 1)) * 65535));
  const CurvePtr curve(cmsBuildTabulatedToneCurve16(nullptr, kSamples, samples.data()));
  if (!curve) return no_profile("sRGB");
  const cmsCIExyY white{0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries{{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  std::array<cmsToneCurve*, 3> curves{curve.get(), curve.get(), curve.get()};
  const ProfilePtr profile(cmsCreateRGBProfile(&white, &primaries, curves.data()));
  if (!profile) return no_profile("sRGB");
  cmsSetProfileVersion(profile.get(), 2.1);
  if (!describe(profile.get(), "sRGB IEC61966-2.1")) return no_profile("sRGB");
  return bytes_of(profile.get(), "sRGB");
}

Result<std::vector<std::uint8_t>> plain_cmyk_profile() {
  const ProfilePtr srgb(cmsCreate_sRGBProfile());
  const ProfilePtr lab(cmsCreateLab2Profile(nullptr));
  if (!srgb || !lab) return no_profile("CMYK");
  const TransformPtr to_lab(cmsCreateTransform(srgb.get(), TYPE_RGB_DBL, lab.get(), TYPE_Lab_16,
                                               INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE));
  const PipelinePtr pipeline(cmsPipelineAlloc(nullptr, 4, 3));
  const ProfilePtr profile(cmsCreateProfilePlaceholder(nullptr));
  if (!to_lab || !pipeline || !profile) return no_profile("CMYK");
  constexpr cmsUInt32Number kGrid = 7;
  cmsStage* grid = cmsStageAllocCLut16bit(nullptr, kGrid, 4, 3, nullptr);
  if (grid == nullptr || !cmsStageSampleCLut16bit(grid, sample_cmyk, to_lab.get(), 0) ||
      !cmsPipelineInsertStage(pipeline.get(), cmsAT_BEGIN, grid))
    return no_profile("CMYK");
  cmsSetProfileVersion(profile.get(), 2.1);
  cmsSetDeviceClass(profile.get(), cmsSigInputClass);
  cmsSetColorSpace(profile.get(), cmsSigCmykData);
  cmsSetPCS(profile.get(), cmsSigLabData);
  if (!describe(profile.get(), "Plain CMYK") ||
      !cmsWriteTag(profile.get(), cmsSigMediaWhitePointTag, cmsD50_XYZ()) ||
      !cmsWriteTag(profile.get(), cmsSigAToB0Tag, pipeline.get()))
    return no_profile("CMYK");
  return bytes_of(profile.get(), "CMYK");
}

bool fits(const std::vector<std::uint8_t>& profile, ColourModel colour) {
  constexpr std::size_t kHeader = 128;
  if (profile.size() < kHeader + 4 || big_endian(profile, 0) != profile.size()) return false;
  if (big_endian(profile, 36) != cmsMagicNumber || profile[8] < 2 || profile[8] > 4) return false;
  const std::uint32_t kind = big_endian(profile, 12);
  if (kind != cmsSigInputClass && kind != cmsSigDisplayClass && kind != cmsSigOutputClass &&
      kind != cmsSigColorSpaceClass)
    return false;
  const std::uint32_t space = big_endian(profile, 16);
  switch (colour) {
    case ColourModel::bilevel:
    case ColourModel::gray: return space == cmsSigGrayData;
    case ColourModel::rgb:
    case ColourModel::indexed: return space == cmsSigRgbData;
    case ColourModel::cmyk: return space == cmsSigCmykData;
  }
  return false;
}

}  // namespace sogoc
