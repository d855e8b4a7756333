#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pramana::gpu {

/// Ends the program (exit 70) with what the runtime says when `code` is an error: these are
/// measuring programs.
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
    void upload(const T* from) { bytes_.upload(from, count_ * sizeof(T)); }

  private:
    DeviceBytes bytes_;
    std::size_t count_;
};

}  // namespace pramana::gpu
