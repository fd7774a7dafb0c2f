#include "tests/unit/pdf_read/reading.hpp"
#include "workers/decode/codecs.hpp"

namespace sogoc::test {
namespace {

// 200 x 300 pixels on 72 x 108 points: 200 dpi.
constexpr SizePx kSize{200, 300};
constexpr double kWide = 72, kHigh = 108;
const std::string kFullPage = "q 72 0 0 108 0 0 cm /Im Do Q";

std::string resources(int image, const std::string& name = "Im") {
  return "/XObject << /" + name + " " + std::to_string(image) + " 0 R >>";
}
std::string g4_entries(SizePx size, const std::string& more = "/BlackIs1 false") {
  return image_entries(size, "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
                             "/DecodeParms << /K -1 /Columns " +
                                 std::to_string(size.width) + " /Rows " +
                                 std::to_string(size.height) + " " + more + " >>");
}

class ScanPage : public PdfReading {
 protected:
  // One G4 scan on a page with this content.
  std::string g4_page(const std::string& content = kFullPage, const std::string& entries = "",
                      double wide = kWide, double high = kHigh) {
    PdfBuilder pdf;
    const int image = pdf.add_stream(g4_entries(kSize), g4_);
    pdf.add_page(wide, high, content, resources(image), entries);
    return pdf.bytes();
  }
  const PageImage letter_ = letter_l(kSize.width, kSize.height);
  const std::vector<std::uint8_t> g4_ = encode_g4(letter_).value();
};

TEST_F(ScanPage, PassesFaxBytesThroughUntouched) {
  const auto page = decode(g4_page());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::scan);
  EXPECT_EQ(page->raster.size(), kSize);
  EXPECT_EQ(page->raster.format(), PixelFormat::bit1);
  EXPECT_EQ(difference(page->raster, letter_), 0);
  EXPECT_EQ(page->raster.resolution(), (Resolution{Dpi{200}, Dpi{200}}));
  EXPECT_EQ(page->known_turn, Degrees{0});
  EXPECT_EQ(page->crop, (BoxPx{0, 0, 200, 300}));
  ASSERT_EQ(page->pictures.size(), 1u);
  const PlacedPicture& picture = page->pictures[0];
  EXPECT_EQ(picture.role, PictureRole::base);
  EXPECT_EQ(picture.picture.coding, PictureCoding::ccitt_g4);
  EXPECT_EQ(picture.picture.colour, ColourModel::bilevel);
  EXPECT_EQ(blobs_.at(picture.picture.data), g4_);
  EXPECT_EQ(picture.place, (Affine{200, 0, 0, 0, 300, 0}));
}

TEST_F(ScanPage, ReadsBlackAndWhiteTheRightWayRound) {
  // The bytes code the letter as black; each pair of flags says what is seen.
  struct Case {
    const char* parameters;
    const char* decode;
    bool letter_is_black;
  };
  for (const Case& c : {Case{"", "", true}, Case{"/BlackIs1 true", "", false},
                        Case{"", "/Decode [1 0]", false},
                        Case{"/BlackIs1 true", "/Decode [1 0]", true}}) {
    PdfBuilder pdf;
    const int image = pdf.add_stream(g4_entries(kSize, c.parameters) + c.decode, g4_);
    pdf.add_page(kWide, kHigh, kFullPage, resources(image));
    const auto page = decode(pdf.bytes());
    ASSERT_TRUE(page) << to_string(page.error());
    EXPECT_EQ(is_black(page->raster, 30, 100), c.letter_is_black) << c.parameters << c.decode;
    // Whoever decodes the stored picture sees the same.
    const Picture& picture = page->pictures[0].picture;
    const auto again = decode_picture(picture, blobs_.at(picture.data), std::nullopt, "test", {});
    ASSERT_TRUE(again);
    EXPECT_EQ(difference(*again, page->raster), 0) << c.parameters << c.decode;
  }
}

TEST_F(ScanPage, PassesJpegBytesThroughEvenOutOfAFilterChain) {
  std::vector<std::uint8_t> rgb(3 * 100 * 150, 200);
  const auto photo = PageImage::create({100, 150}, PixelFormat::rgb8, {}, rgb).value();
  const auto jpeg = encode_jpeg(photo, 90).value();
  std::string hex;
  for (const std::uint8_t byte : jpeg) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  PdfBuilder pdf;
  const int plain = pdf.add_stream(image_entries({100, 150}, "/ColorSpace /DeviceRGB "
                                   "/BitsPerComponent 8 /Filter /DCTDecode"), jpeg);
  const int chained = pdf.add_stream(image_entries({100, 150}, "/ColorSpace /DeviceRGB "
                                     "/BitsPerComponent 8 /Filter [/ASCIIHexDecode /DCTDecode]"),
                                     hex + ">");
  pdf.add_page(kWide, kHigh, kFullPage, resources(plain));
  pdf.add_page(kWide, kHigh, kFullPage, resources(chained));
  for (const std::uint32_t p : {0u, 1u}) {
    const auto page = decode(pdf.bytes(), p);
    ASSERT_TRUE(page) << to_string(page.error());
    ASSERT_EQ(page->pictures.size(), 1u);
    EXPECT_EQ(page->pictures[0].picture.coding, PictureCoding::jpeg);
    EXPECT_EQ(blobs_.at(page->pictures[0].picture.data), jpeg);
    EXPECT_EQ(page->raster.format(), PixelFormat::rgb8);
  }
}

TEST_F(ScanPage, PassesJbig2BytesThroughAndCallsThemLossy) {
  // A page of one generic region, coded by MMR, which is G4.
  const auto number = [](std::uint32_t value) {
    return std::vector<std::uint8_t>{static_cast<std::uint8_t>(value >> 24),
                                     static_cast<std::uint8_t>(value >> 16),
                                     static_cast<std::uint8_t>(value >> 8),
                                     static_cast<std::uint8_t>(value)};
  };
  std::vector<std::uint8_t> bytes;
  const auto add = [&](const std::vector<std::uint8_t>& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  add({0, 0, 0, 0, 48, 0, 1});                   // segment 0: page information, of page 1
  add(number(19));
  add(number(200));
  add(number(300));
  add(number(0));
  add(number(0));
  add({0, 0, 0});
  add({0, 0, 0, 1, 38, 0, 1});                   // segment 1: immediate generic region
  add(number(static_cast<std::uint32_t>(18 + g4_.size())));
  add(number(200));
  add(number(300));
  add(number(0));
  add(number(0));
  add({0, 1});                                   // joined by OR; MMR
  add(g4_);
  PdfBuilder pdf;
  const int image = pdf.add_stream(
      image_entries(kSize, "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode"), bytes);
  pdf.add_page(kWide, kHigh, kFullPage, resources(image));
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->pictures[0].picture.coding, PictureCoding::jbig2);
  EXPECT_EQ(blobs_.at(page->pictures[0].picture.data), bytes);
  EXPECT_TRUE(page->jbig2_lossy);
  EXPECT_EQ(difference(page->raster, letter_), 0);
}

TEST_F(ScanPage, ReadsPlainSamplesOfEveryDepth) {
  // Left half dark, right half light, in several ways of saying so.
  struct Case {
    const char* entries;
    std::string row;
    PixelFormat format;
  };
  const std::string two_colours("\x10\x10\x10\xF0\xF0\x00", 6);
  const std::vector<Case> cases = {
      {"/ColorSpace /DeviceGray /BitsPerComponent 8", std::string("\0\0\xFF\xFF", 4),
       PixelFormat::gray8},
      {"/ColorSpace /DeviceGray /BitsPerComponent 1", std::string("\x30", 1), PixelFormat::bit1},
      {"/ColorSpace /DeviceGray /BitsPerComponent 2", std::string("\x0F", 1), PixelFormat::gray8},
      {"/ColorSpace /DeviceGray /BitsPerComponent 4", std::string("\x00\xFF", 2),
       PixelFormat::gray8},
      {"/ColorSpace /DeviceGray /BitsPerComponent 16",
       std::string("\0\0\0\0\xFF\xFF\xFF\xFF", 8), PixelFormat::gray8},
      {"/ColorSpace /DeviceRGB /BitsPerComponent 8",
       std::string("\0\0\x10\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF", 12), PixelFormat::rgb8},
      {"/ColorSpace /DeviceCMYK /BitsPerComponent 8",
       std::string("\0\0\0\xFF\0\0\0\xFF\0\0\0\0\0\0\0\0", 16), PixelFormat::rgb8},
      {"/ColorSpace [/Indexed /DeviceRGB 1 <101010F0F000>] /BitsPerComponent 8",
       std::string("\0\0\1\1", 4), PixelFormat::rgb8},
      {"/ColorSpace [/Indexed /DeviceRGB 1 <101010F0F000>] /BitsPerComponent 1",
       std::string("\x30", 1), PixelFormat::rgb8},
      {"/ColorSpace /DeviceGray /BitsPerComponent 8 /Decode [1 0]", std::string("\xFF\xFF\0\0", 4),
       PixelFormat::gray8},
  };
  for (const Case& c : cases) {
    PdfBuilder pdf;
    std::string samples;
    for (int y = 0; y < 6; ++y) samples += c.row;
    const int image = pdf.add_stream(image_entries({4, 6}, c.entries), samples);
    pdf.add_page(kWide, kHigh, kFullPage, resources(image));
    const auto page = decode(pdf.bytes());
    ASSERT_TRUE(page) << c.entries << to_string(page.error());
    EXPECT_EQ(page->raster.format(), c.format) << c.entries;
    ASSERT_EQ(page->raster.size(), (SizePx{4, 6})) << c.entries;
    EXPECT_TRUE(is_black(page->raster, 1, 3)) << c.entries;
    EXPECT_FALSE(is_black(page->raster, 2, 3)) << c.entries;
    const Picture& picture = page->pictures[0].picture;
    const auto again = decode_picture(picture, blobs_.at(picture.data), std::nullopt, "test", {});
    ASSERT_TRUE(again) << c.entries << to_string(again.error());
    EXPECT_EQ(difference(*again, page->raster), 0) << c.entries;
  }
}

TEST_F(ScanPage, SaysHowARotatedPageIsToBeTurned) {
  for (const int rotate : {0, 90, 180, 270, -90, 450}) {
    const auto page = decode(g4_page(kFullPage, "/Rotate " + std::to_string(rotate)));
    ASSERT_TRUE(page) << to_string(page.error());
    EXPECT_EQ(page->known_turn, Degrees{double(((rotate % 360) + 360) % 360)});
    EXPECT_EQ(difference(page->raster, letter_), 0);
  }
}

TEST_F(ScanPage, TurnsOfThePlacementCountAsWell) {
  // Counter-clockwise by 90 degrees on a page of 108 x 72 points.
  const auto page = decode(g4_page("q 0 72 -108 0 108 0 cm /Im Do Q", "", kHigh, kWide));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->known_turn, Degrees{270});
  EXPECT_EQ(difference(page->raster, letter_), 0);
  const auto undone =
      decode(g4_page("q 0 72 -108 0 108 0 cm /Im Do Q", "/Rotate 90", kHigh, kWide));
  ASSERT_TRUE(undone);
  EXPECT_EQ(undone->known_turn, Degrees{0});
}

TEST_F(ScanPage, TurnsOverAPictureThatIsDrawnMirrored) {
  const auto page = decode(g4_page("q -72 0 0 108 72 0 cm /Im Do Q"));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_FALSE(is_black(page->raster, 30, 100));
  EXPECT_TRUE(is_black(page->raster, 199 - 30, 100));
  EXPECT_EQ(page->pictures[0].place, (Affine{-200, 0, 200, 0, 300, 0}));
  EXPECT_EQ(blobs_.at(page->pictures[0].picture.data), g4_);
}

TEST_F(ScanPage, KeepsThePixelsOutsideTheCropBoxAndSaysWhatIsVisible) {
  const auto page = decode(g4_page(kFullPage, "/CropBox [18 0 72 54]"));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->raster.size(), kSize);
  EXPECT_EQ(page->crop, (BoxPx{50, 150, 200, 300}));
}

TEST_F(ScanPage, CountsUserUnitsIntoTheResolution) {
  const auto page = decode(g4_page(kFullPage, "/UserUnit 2"));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->raster.resolution(), (Resolution{Dpi{100}, Dpi{100}}));
}

TEST_F(ScanPage, LooksIntoFormsAndInlineImages) {
  PdfBuilder pdf;
  const int image = pdf.add_stream(g4_entries(kSize), g4_);
  const int form = pdf.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Matrix [36 0 0 54 "
                                  "0 0] /Resources << " + resources(image) + " >>", "/Im Do");
  pdf.add_page(kWide, kHigh, "q 2 0 0 2 0 0 cm /Fm Do Q", resources(form, "Fm"));
  const std::string inlined(reinterpret_cast<const char*>(g4_.data()), g4_.size());
  pdf.add_page(kWide, kHigh, "q 72 0 0 108 0 0 cm BI /W 200 /H 300 /BPC 1 /CS /G /F /CCF /DP << "
               "/K -1 /Columns 200 >> ID " + inlined + "\nEI Q", "");
  for (const std::uint32_t p : {0u, 1u}) {
    const auto page = decode(pdf.bytes(), p);
    ASSERT_TRUE(page) << to_string(page.error());
    ASSERT_EQ(page->pictures.size(), 1u) << p;
    EXPECT_EQ(page->pictures[0].picture.coding, PictureCoding::ccitt_g4);
    EXPECT_EQ(difference(page->raster, letter_), 0) << p;
    EXPECT_EQ(page->raster.resolution(), (Resolution{Dpi{200}, Dpi{200}}));
  }
}

TEST_F(ScanPage, JoinsAScanThatIsCutIntoStrips) {
  PdfBuilder pdf;
  std::string names, content;
  const int heights[] = {100, 120, 80};
  int top = 0;
  for (int i = 0; i < 3; ++i) {
    const auto rows = letter_.pixels().subspan(static_cast<std::size_t>(top) * letter_.stride(),
                                               static_cast<std::size_t>(heights[i]) *
                                                   letter_.stride());
    const auto strip = PageImage::create({200, heights[i]}, PixelFormat::bit1, {},
                                         {rows.begin(), rows.end()}).value();
    const int image = pdf.add_stream(g4_entries({200, heights[i]}), encode_g4(strip).value());
    names += "/S" + std::to_string(i) + " " + std::to_string(image) + " 0 R ";
    top += heights[i];
    content += "q 72 0 0 " + std::to_string(heights[i] * 0.36) + " 0 " +
               std::to_string(108 - top * 0.36) + " cm /S" + std::to_string(i) + " Do Q\n";
  }
  pdf.add_page(kWide, kHigh, content, "/XObject << " + names + " >>");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->raster.size(), kSize);
  EXPECT_EQ(page->raster.format(), PixelFormat::bit1);
  EXPECT_EQ(difference(page->raster, letter_), 0);
  ASSERT_EQ(page->pictures.size(), 3u);
  EXPECT_EQ(page->pictures[1].place, (Affine{200, 0, 0, 0, 120, 100}));
  EXPECT_EQ(page->raster.resolution(), (Resolution{Dpi{200}, Dpi{200}}));
}

TEST_F(ScanPage, PaintsFurtherPicturesIntoTheRasterAndKeepsTheirBytes) {
  // A red square of 4 x 4 pixels, half of it masked away, over the upper left corner.
  PdfBuilder pdf;
  const int base = pdf.add_stream(g4_entries(kSize), g4_);
  const int mask = pdf.add_stream(image_entries({2, 1}, "/ColorSpace /DeviceGray /BitsPerComponent 8"),
                                  std::string("\xFF\x00", 2));
  std::string red;
  for (int i = 0; i < 16; ++i) red += std::string("\xD0\x10\x10", 3);
  const int seal = pdf.add_stream(image_entries({4, 4}, "/ColorSpace /DeviceRGB /BitsPerComponent 8 "
                                  "/SMask " + std::to_string(mask) + " 0 R"), red);
  pdf.add_page(kWide, kHigh, kFullPage + " q 7.2 0 0 7.2 0 100.8 cm /Seal Do Q",
               "/XObject << /Im " + std::to_string(base) + " 0 R /Seal " + std::to_string(seal) +
                   " 0 R >>");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->pictures.size(), 2u);
  EXPECT_EQ(page->pictures[1].role, PictureRole::overlay);
  EXPECT_TRUE(page->pictures[1].soft_mask.has_value());
  EXPECT_EQ(page->pictures[1].place, (Affine{20, 0, 0, 0, 20, 0}));
  EXPECT_EQ(page->raster.size(), kSize);
  ASSERT_EQ(page->raster.format(), PixelFormat::rgb8);
  EXPECT_EQ(page->raster.row(5)[3 * 5], 0xD0);        // red
  EXPECT_EQ(page->raster.row(5)[3 * 15], 0xFF);       // masked away: white paper
  EXPECT_EQ(blobs_.at(page->pictures[0].picture.data), g4_);
}

TEST_F(ScanPage, TakesAStencilAsAPictureWithItsColour) {
  PdfBuilder pdf;
  const int paper = pdf.add_stream(image_entries({200, 300}, "/ColorSpace /DeviceGray "
                                   "/BitsPerComponent 8"), std::string(60'000, '\xF0'));
  const int ink = pdf.add_stream(
      image_entries(kSize, "/ImageMask true /BitsPerComponent 1 /Filter /CCITTFaxDecode "
                           "/DecodeParms << /K -1 /Columns 200 >>"), g4_);
  pdf.add_page(kWide, kHigh, "q 72 0 0 108 0 0 cm /P Do 0.8 0 0 rg /I Do Q",
               "/XObject << /P " + std::to_string(paper) + " 0 R /I " + std::to_string(ink) +
                   " 0 R >>");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->pictures.size(), 2u);
  ASSERT_TRUE(page->pictures[1].soft_mask.has_value());
  EXPECT_EQ(blobs_.at(page->pictures[1].soft_mask->data), g4_);
  EXPECT_TRUE(page->pictures[1].soft_mask->inverted);
  ASSERT_EQ(page->raster.format(), PixelFormat::rgb8);
  EXPECT_EQ(page->raster.row(100)[3 * 30], 204);      // the letter, red
  EXPECT_EQ(page->raster.row(100)[3 * 100], 0xF0);    // the paper
}

TEST_F(ScanPage, AnImageMaskAloneIsABilevelScan) {
  PdfBuilder pdf;
  const int ink = pdf.add_stream(
      image_entries(kSize, "/ImageMask true /BitsPerComponent 1 /Filter /CCITTFaxDecode "
                           "/DecodeParms << /K -1 /Columns 200 >>"), g4_);
  pdf.add_page(kWide, kHigh, kFullPage, resources(ink));
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(difference(page->raster, letter_), 0);
  EXPECT_EQ(page->pictures[0].picture.coding, PictureCoding::ccitt_g4);
  EXPECT_FALSE(page->pictures[0].soft_mask.has_value());
}

TEST_F(ScanPage, IgnoresAnEarlierTextLayerAndSaysSo) {
  const std::string font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ";
  for (const std::string& content :
       {kFullPage + " BT /F 10 Tf 3 Tr 10 50 Td (invisible words of an earlier reader) Tj ET",
        "BT /F 10 Tf 10 50 Td (visible words that the scan then covers) Tj ET " + kFullPage}) {
    PdfBuilder pdf;
    const int image = pdf.add_stream(g4_entries(kSize), g4_);
    pdf.add_page(kWide, kHigh, content, font + resources(image));
    const auto page = decode(pdf.bytes());
    ASSERT_TRUE(page) << to_string(page.error());
    EXPECT_EQ(page->origin, PageOrigin::scan);
    EXPECT_TRUE(page->own_text.empty());
    EXPECT_EQ(difference(page->raster, letter_), 0);
    ASSERT_EQ(page->notes.size(), 1u);
    EXPECT_NE(page->notes[0].find("earlier text layer"), std::string::npos);
  }
}

TEST_F(ScanPage, RendersAScanWithTextOrBlackedOutPartsOverIt) {
  // A black bar hides half of the letter: the picture below must not be handed on bare.
  const auto page = decode(g4_page(kFullPage + " 0 g 0 0 72 54 re f"));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::scan);
  ASSERT_EQ(page->pictures.size(), 1u);
  EXPECT_NE(blobs_.at(page->pictures[0].picture.data), g4_);
  EXPECT_TRUE(is_black(page->raster, 150, 250));
  EXPECT_EQ(page->raster.resolution(), (Resolution{Dpi{200}, Dpi{200}}));
  EXPECT_EQ(page->notes.size(), 1u);
}

TEST_F(ScanPage, TakesTextOverAScanOffAsALayerOfItsOwn) {
  PdfBuilder pdf;
  const int image = pdf.add_stream(g4_entries(kSize), g4_);
  pdf.add_page(kWide, kHigh, kFullPage + " BT /F 18 Tf 30 48 Td (III) Tj ET 30 40 m 60 40 l S",
               "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >> >> " +
                   resources(image), "/Rotate 90");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->origin, PageOrigin::scan);
  EXPECT_EQ(page->known_turn, Degrees{90});
  ASSERT_EQ(page->pictures.size(), 2u);
  EXPECT_EQ(blobs_.at(page->pictures[0].picture.data), g4_);
  const PlacedPicture& ink = page->pictures[1];
  EXPECT_EQ(ink.role, PictureRole::overlay);
  EXPECT_NEAR(ink.place.x0, 30 / 72.0 * 200, 6);
  EXPECT_NEAR(ink.place.y0 + ink.place.yy, (108 - 39.5) / 72.0 * 200, 3);
  EXPECT_EQ(page->raster.format(), PixelFormat::bit1);
  EXPECT_TRUE(is_black(page->raster, 125, 189));       // the line, where the scan is white
  EXPECT_FALSE(is_black(letter_, 125, 189));
  EXPECT_LT(difference(page->raster, letter_), 0.1);
}

TEST_F(ScanPage, BringsNothingToLightThatTheScanCovers) {
  const std::string font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ";
  const std::string on_top = " BT /F 8 Tf 5 5 Td (page 1) Tj ET";
  for (const std::string below :
       {"BT /F 30 Tf 20 50 Td (HHH) Tj ET ", "1 g 0 0 72 108 re f 0 g ", "0 g 0 0 72 108 re f "}) {
    PdfBuilder pdf;
    const int image = pdf.add_stream(g4_entries(kSize), g4_);
    pdf.add_page(kWide, kHigh, below + kFullPage + on_top, font + resources(image));
    const auto page = decode(pdf.bytes());
    ASSERT_TRUE(page) << to_string(page.error());
    EXPECT_EQ(page->raster.size(), kSize);
    EXPECT_LT(difference(page->raster, letter_), 0.02) << below;
  }
}

TEST_F(ScanPage, KeepsPaperAroundASmallPicture) {
  const auto page = decode(g4_page("q 36 0 0 54 18 27 cm /Im Do Q"));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->raster.size(), (SizePx{400, 600}));
  EXPECT_EQ(page->raster.resolution(), (Resolution{Dpi{400}, Dpi{400}}));
  EXPECT_EQ(page->pictures[0].place, (Affine{200, 0, 100, 0, 300, 150}));
  EXPECT_TRUE(is_black(page->raster, 130, 250));
  EXPECT_FALSE(is_black(page->raster, 10, 10));
}

TEST_F(ScanPage, GivesAnEmptyPageAsWhitePaper) {
  PdfBuilder pdf;
  pdf.add_page(72, 144, "", "");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->raster.size(), (SizePx{300, 600}));
  EXPECT_FALSE(is_black(page->raster, 100, 100));
  EXPECT_EQ(page->pictures.size(), 1u);
}

TEST_F(ScanPage, FlattensASignatureMarkWithoutPaintingItOverTheScan) {
  PdfBuilder pdf;
  const int image = pdf.add_stream(g4_entries(kSize), g4_);
  const int look = pdf.add_stream(
      "/Type /XObject /Subtype /Form /BBox [0 0 36 18] /Resources << /Font << /F << /Type /Font "
      "/Subtype /Type1 /BaseFont /Helvetica >> >> >>",
      "1 0 0 rg 0 0 9 18 re f BT /F 8 Tf 10 6 Td (Signed) Tj ET");
  const int widget = pdf.add(
      "<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /V << /Type /Sig >> /Rect [0 0 36 18] /F 4 "
      "/AP << /N " + std::to_string(look) + " 0 R >> >>");
  pdf.add_page(kWide, kHigh, kFullPage, resources(image),
               "/Annots [" + std::to_string(widget) + " 0 R]");
  const auto page = decode(pdf.bytes());
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(difference(page->raster, letter_), 0);
  ASSERT_EQ(page->pictures.size(), 2u);
  const PlacedPicture& mark = page->pictures[1];
  EXPECT_EQ(mark.role, PictureRole::signature_appearance);
  EXPECT_EQ(mark.place, (Affine{100, 0, 0, 0, 50, 250}));
  EXPECT_EQ(mark.picture.size, (SizePx{150, 75}));
  ASSERT_TRUE(mark.soft_mask.has_value());
  const auto shown = decode_picture(*mark.soft_mask, blobs_.at(mark.soft_mask->data), std::nullopt,
                                    "test", {});
  ASSERT_TRUE(shown);
  EXPECT_FALSE(is_black(*shown, 10, 30));    // the red bar: shown
  EXPECT_TRUE(is_black(*shown, 145, 5));     // nothing drawn there
  ASSERT_EQ(page->own_text.size(), 1u);
  EXPECT_EQ(page->own_text[0].kind, RegionKind::signature_overlay);
  EXPECT_EQ(page->own_text[0].box, (BoxPx{0, 250, 100, 300}));
  ASSERT_EQ(page->own_text[0].lines.size(), 1u);
  EXPECT_EQ(text_of(page->own_text[0].lines[0]), "Signed");
}

}  // namespace
}  // namespace sogoc::test
