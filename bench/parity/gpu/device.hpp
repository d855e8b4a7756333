#pragma once

#include <cstddef>
#include <string>

namespace pramana::parity {

/// The first CUDA device, or why there is none.
struct Device {
    bool found = false;
    std::string name;    ///< as the driver says, or the reason
    int capability = 0;  ///< 90 for compute capability 9.0
    int driver = 0;      ///< CUDA version of the driver, 13000 for 13.0
};
[[nodiscard]] Device find_device();

/// Ends the program with the runtime's message when `code` is an error: this is a measuring
/// program.
void require(int code, const char* where);

/// Device memory; zeroed before it is given back.
class DeviceBytes {
  public:
    explicit DeviceBytes(std::size_t size);
    ~DeviceBytes();
    DeviceBytes(const DeviceBytes&) = delete;
    DeviceBytes& operator=(const DeviceBytes&) = delete;
    void upload(const void* from, std::size_t size);
    void download(void* to, std::size_t size) const;
    [[nodiscard]] void* get() const noexcept { return memory_; }

  private:
    void* memory_ = nullptr;
    std::size_t size_;
};

/// `count` numbers on the device.
template <class T>
class DeviceArray {
  public:
    explicit DeviceArray(std::size_t count) : bytes_{count * sizeof(T)}, count_{count} {}
    DeviceArray(const T* from, std::size_t count) : DeviceArray{count} {
        bytes_.upload(from, count * sizeof(T));
    }
    [[nodiscard]] T* get() const noexcept { return static_cast<T*>(bytes_.get()); }
    void download(T* to) const { bytes_.download(to, count_ * sizeof(T)); }

  private:
    DeviceBytes bytes_;
    std::size_t count_;
};

}  // namespace pramana::parity
