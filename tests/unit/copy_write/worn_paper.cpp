#include "tests/unit/copy_write/worn_paper.hpp"

#include <cmath>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <cstdio>
#include <jpeglib.h>

#include <opencv2/imgproc.hpp>
#include <zbar.h>

namespace sogoc::test {
namespace {

cv::Mat through_jpeg(const cv::Mat& gray, int quality) {
  jpeg_error_mgr errors{};
  jpeg_compress_struct out{};
  out.err = jpeg_std_error(&errors);
  jpeg_create_compress(&out);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&out, &bytes, &size);
  out.image_width = static_cast<JDIMENSION>(gray.cols);
  out.image_height = static_cast<JDIMENSION>(gray.rows);
  out.input_components = 1;
  out.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&out);
  jpeg_set_quality(&out, quality, TRUE);
  jpeg_start_compress(&out, TRUE);
  for (int y = 0; y < gray.rows; ++y) {
    auto* row = const_cast<JSAMPROW>(gray.ptr<unsigned char>(y));
    jpeg_write_scanlines(&out, &row, 1);
  }
  jpeg_finish_compress(&out);
  jpeg_destroy_compress(&out);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owned(bytes, &std::free);

  jpeg_decompress_struct in{};
  in.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&in);
  jpeg_mem_src(&in, bytes, size);
  jpeg_read_header(&in, TRUE);
  jpeg_start_decompress(&in);
  cv::Mat back(gray.rows, gray.cols, CV_8U);
  while (in.output_scanline < in.output_height) {
    JSAMPROW row = back.ptr<unsigned char>(static_cast<int>(in.output_scanline));
    jpeg_read_scanlines(&in, &row, 1);
  }
  jpeg_finish_decompress(&in);
  jpeg_destroy_decompress(&in);
  return back;
}

}  // namespace

GrayPicture worn(const GrayPicture& picture, const Wear& wear) {
  cv::Mat page(picture.height, picture.width, CV_8U, const_cast<std::uint8_t*>(picture.pixels.data()));
  page = page.clone();
  if (wear.stain_share > 0) {
    // A round spot inside the symbol, off its centre and clear of the corner marks.
    const double area = wear.stain_share * wear.stain_side * wear.stain_side;
    cv::circle(page, cv::Point(static_cast<int>(wear.stain_left + wear.stain_side * 0.58),
                               static_cast<int>(wear.stain_top + wear.stain_side * 0.55)),
               static_cast<int>(std::sqrt(area / CV_PI)), cv::Scalar(70), cv::FILLED);
  }
  cv::Mat turn = cv::getRotationMatrix2D(cv::Point2f(static_cast<float>(page.cols) / 2, static_cast<float>(page.rows) / 2), wear.skew_degrees, 1);
  cv::Mat scan;
  cv::warpAffine(page, scan, turn, page.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(255));
  const double scale = wear.dpi / 300;
  cv::resize(scan, scan, cv::Size(), scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  if (wear.blur_px > 0) cv::GaussianBlur(scan, scan, cv::Size(0, 0), wear.blur_px);
  scan.convertTo(scan, CV_8U, wear.contrast, 127.5 * (1 - wear.contrast));
  if (wear.noise > 0) {
    cv::RNG seeded(20260905);
    cv::Mat grain(scan.size(), CV_16S), sum;
    seeded.fill(grain, cv::RNG::NORMAL, 0, wear.noise);
    scan.convertTo(sum, CV_16S);
    sum += grain;
    sum.convertTo(scan, CV_8U);
  }
  if (wear.jpeg_quality > 0) scan = through_jpeg(scan, wear.jpeg_quality);
  GrayPicture out;
  out.width = scan.cols;
  out.height = scan.rows;
  out.pixels.assign(scan.datastart, scan.dataend);
  return out;
}

std::vector<std::string> symbols_in(const GrayPicture& picture) {
  zbar::ImageScanner scanner;
  scanner.set_config(zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
  scanner.set_config(zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
  zbar::Image image(static_cast<unsigned>(picture.width), static_cast<unsigned>(picture.height), "Y800",
                    picture.pixels.data(), picture.pixels.size());
  if (scanner.scan(image) < 0) throw std::runtime_error("zbar cannot scan the picture");
  std::vector<std::string> texts;
  for (auto symbol = image.symbol_begin(); symbol != image.symbol_end(); ++symbol) texts.push_back(symbol->get_data());
  return texts;
}

}  // namespace sogoc::test
