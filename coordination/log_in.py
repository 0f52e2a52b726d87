"""The log-in of officers: password, and a one-time code for those who set one up."""

import base64
from typing import Any
from uuid import UUID

import qrcode
from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_otp import match_token, user_has_device
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathImage

from agencies.access import policy
from agencies.access.caller import Caller, acting_as
from agencies.access.log import log_call
from agencies.access.scopes import visible
from agencies.web.labels import choose, spoken


class LogInForm(AdminAuthenticationForm):
    """User name and password; the code of the one-time device too, when the officer has one."""

    otp_token = forms.CharField(
        required=False,
        max_length=8,
        label=spoken("Kode sekali pakai (bila diaktifkan)", "One-time code (if set up)"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError when the code is missing or wrong; the device counts and delays wrong ones."""
        cleaned = super().clean()
        officer: Any = self.get_user()
        if officer is not None and user_has_device(officer):
            officer.otp_device = match_token(officer, cleaned.get("otp_token", ""))
            if officer.otp_device is None:
                raise ValidationError(
                    choose("Kode sekali pakai salah atau kosong.", "The one-time code is missing or wrong."),
                    code="otp",
                )
        return cleaned


class NewPasswordForm(AdminPasswordChangeForm):
    """Changing one's own password writes that one column."""

    def save(self, commit: bool = True) -> Any:
        """The officer, with the new password stored."""
        self.user.set_password(self.cleaned_data["new_password1"])
        if commit:
            self.user.save(update_fields=["password"])
        return self.user


class TokenForm(forms.Form):
    """The first code of a new device."""

    token = forms.CharField(max_length=8, label=spoken("Kode dari aplikasi", "Code shown by the app"))


def set_up_token(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the key of a new device; the first right code confirms it, and from then on log-in asks for one."""
    devices = TOTPDevice.objects.filter(user=request.user)
    confirmed = devices.filter(confirmed=True).exists()
    device = None if confirmed else devices.filter(confirmed=False).first() or _new_device(request)
    form = TokenForm(request.POST or None)
    if device and request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["token"]):
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            return HttpResponseRedirect(reverse("admin:token"))
        form.add_error("token", choose("Kode salah.", "The code is wrong."))
    context |= {
        "title": choose("Kode sekali pakai", "One-time codes"),
        "form": form,
        "confirmed": confirmed,
        "secret": base64.b32encode(device.bin_key).decode() if device else "",
        "picture": _picture(device.config_url) if device else "",
    }
    return TemplateResponse(request, "admin/token.html", context)


def forget_token(request: HttpRequest, context: dict[str, Any], caller: Caller, key: UUID) -> HttpResponse:
    """Ask, and when posted delete the devices of an officer whom the caller may change; the access log keeps it.

    Raises Http404 for officers out of reach. The devices belong to the web server's own login, not to the office.
    """
    if not policy.allows(caller.kind, caller.role, "officer", "change"):
        raise Http404
    with transaction.atomic():
        with acting_as(caller):
            officer = visible(caller, "officer").filter(pk=key).first()
            if officer is None:
                raise Http404
            if request.method == "POST":
                log_call(caller, "forget_token", "officer", subjects=[key], count=1)
        devices = TOTPDevice.objects.filter(user_id=key)
        if request.method == "POST":
            devices.delete()
            return HttpResponseRedirect(reverse("admin:agencies_officer_change", args=[key]))
    context |= {
        "title": choose("Hapus perangkat kode sekali pakai", "Remove the one-time code device"),
        "officer": officer.username,
        "exists": devices.exists(),
    }
    return TemplateResponse(request, "admin/forget_token.html", context)


def _picture(address: str) -> str:
    """A QR code as the address of an image: it stands in the page itself."""
    image = qrcode.make(address, image_factory=SvgPathImage, box_size=8)
    return f"data:image/svg+xml;base64,{base64.b64encode(image.to_string()).decode()}"


def _new_device(request: HttpRequest) -> TOTPDevice:
    return TOTPDevice.objects.create(user=request.user, name="TOTP", confirmed=False)
