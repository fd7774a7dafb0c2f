#include "workers/decode/image_file_reader.hpp"

#include <fmt/format.h>

#include "workers/decode/decoding.hpp"
#include "workers/decode/mapped_file.hpp"
#include "workers/decode/media_type.hpp"

namespace sogoc {

namespace {

decoding::Input input_of(const decoding::MappedFile& mapped, const std::string& shown_name,
                         const ReadingSettings& settings) {
  return {.bytes = mapped.bytes(),
          .subject = shown_name,
          .limits = {.max_pixels = settings.max_pixels},
          .max_pages = settings.max_pages};
}

// After finish_page only turns are left.
Degrees turn_of(int orientation) {
  switch (orientation) {
    case 3: return {180};
    case 6: return {90};
    case 8: return {270};
    default: return {0};
  }
}

Result<Picture> stored(decoding::CodedPicture coded, BlobSink& blobs) {
  SOGOC_TRY(coded.picture.data, blobs.put(coded.bytes));
  if (!coded.icc.empty()) {
    SOGOC_TRY(coded.picture.icc_profile, blobs.put(coded.icc));
  }
  return std::move(coded.picture);
}

}  // namespace

Result<OpenedFile> ImageFileReader::open(const std::filesystem::path& file,
                                         const std::string& shown_name,
                                         const ReadingSettings& settings) {
  SOGOC_TRY(const decoding::MappedFile mapped,
            decoding::MappedFile::open(file, shown_name, settings.max_file_bytes));
  SOGOC_TRY(const MediaType type, sniff_media_type(mapped.bytes(), shown_name));
  const decoding::Input input = input_of(mapped, shown_name, settings);
  SOGOC_TRY(decoding::ImageFileFacts facts, decoding::inspect_image(type, input));
  if (facts.page_count == 0)
    return fail(ErrorCode::invalid_input, Retry::never, shown_name,
                "the file has no pages; scan it again");
  if (facts.page_count > settings.max_pages)
    return fail(ErrorCode::limit_exceeded, Retry::never, shown_name,
                fmt::format("the file has {} pages and the limit is {}; split it or raise the "
                            "limit",
                            facts.page_count, settings.max_pages));
  OpenedFile opened;
  opened.media_type = type;
  opened.page_count = facts.page_count;
  opened.notes = std::move(facts.notes);
  return opened;
}

Result<DecodedPage> ImageFileReader::decode(const std::filesystem::path& file,
                                            const std::string& shown_name, PageIndex index,
                                            const ReadingSettings& settings, BlobSink& blobs) {
  SOGOC_TRY(const decoding::MappedFile mapped,
            decoding::MappedFile::open(file, shown_name, settings.max_file_bytes));
  SOGOC_TRY(const MediaType type, sniff_media_type(mapped.bytes(), shown_name));
  const decoding::Input input = input_of(mapped, shown_name, settings);
  SOGOC_TRY(decoding::ImagePage image, decoding::read_image(type, input, index.zero_based()));
  SOGOC_TRY(image, decoding::finish_page(std::move(image)));

  const SizePx size = image.raster.size();
  PlacedPicture placed;
  placed.role = PictureRole::base;
  placed.place =
      Affine{static_cast<double>(size.width), 0, 0, 0, static_cast<double>(size.height), 0};
  SOGOC_TRY(placed.picture, stored(std::move(*image.coded), blobs));

  DecodedPage page;
  page.raster = std::move(image.raster);
  page.known_turn = turn_of(image.orientation);
  page.crop = BoxPx{0, 0, size.width, size.height};
  page.origin = PageOrigin::scan;
  page.pictures.push_back(std::move(placed));
  page.notes = std::move(image.notes);
  return page;
}

}  // namespace sogoc
