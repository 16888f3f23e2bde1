"""What holds while a file is still on its way: one that grows past the limit is not kept, one cut off is noticed."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

# Beside the file a request holds boundaries, the token and at most a reason.
REST_OF_A_REQUEST = 16 * 1024


class LimitedUpload(FileUploadHandler):
    """Put first among a request's handlers; `too_large` and `was_cut_off` say afterwards what became of the file."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0
        self.announced = 0
        self.too_large = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        self.announced = content_length

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.IMPORT_MAX_UPLOAD_BYTES:
            self.too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    @property
    def was_cut_off(self) -> bool:
        return self.received > 0 and self.announced - self.received > REST_OF_A_REQUEST
