// SPDX-License-Identifier: GPL-3.0-or-later
// Error numbers of the Janus API that the fake core answers with (public: apierror.h, and the
// reference of the Janus API).
#pragma once

namespace onhook::fakes {

inline constexpr int kErrorInvalidJsonObject = 455;
inline constexpr int kErrorHandleNotFound = 459;
inline constexpr int kErrorPluginMessage = 462;
inline constexpr int kErrorJsepUnknownType = 464;
inline constexpr int kErrorJsepInvalidSdp = 465;
inline constexpr int kErrorUnexpectedAnswer = 469;
inline constexpr int kErrorWebrtcState = 471;
inline constexpr int kErrorUnknown = 490;

}  // namespace onhook::fakes
