"""CompleteMultipartUpload, which in ministack joins the parts in memory."""

import hashlib
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement

from ministack.core.responses import now_iso
from ministack.services import s3

from local.objects.content import Content, ContentStore

Answer = tuple[int, dict[str, str], Any]
_Part = dict[str, Any]


class UploadError(Exception):
    """The upload cannot be completed; `answer` is S3's response."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def complete(
    store: ContentStore,
    bucket: str,
    key: str,
    body: bytes,
    query: Mapping[str, Any],
    headers: Mapping[str, str],
) -> Answer:
    """Join an upload's parts on disk and make the object; a repeated call gets the same answer."""
    upload_id = s3._qp(query, "uploadId")
    completed = s3._completed_multipart_uploads.get(upload_id)
    if completed is not None and completed["key"] == key:
        return completed["response"]
    try:
        upload = _upload(bucket, key, upload_id, headers)
        parts = _parts(upload, body)
        composite = _composite_checksum(upload, parts, headers)
    except UploadError as error:
        return error.answer
    whole = _joined(store, [part["body"] for _, part in parts])
    record = _record(upload, parts, whole, composite)
    response = _response(bucket, key, record, headers, _put(bucket, key, record))
    s3._multipart_uploads.pop(upload_id, None)
    s3._completed_multipart_uploads[upload_id] = {"key": key, "response": response}
    return response


def _upload(bucket: str, key: str, upload_id: str, headers: Mapping[str, str]) -> dict[str, Any]:
    found = s3._ensure_bucket(bucket)
    if found is None:
        raise UploadError(s3._no_such_bucket(bucket))
    upload = s3._multipart_uploads.get(upload_id)
    if upload is None or (upload["bucket"], upload["key"]) != (bucket, key):
        message = "The specified multipart upload does not exist."
        raise UploadError(s3._error("NoSuchUpload", message, 404, f"/{bucket}/{key}"))
    refusal = s3._check_sse_c_part(headers, upload) or s3._check_put_preconditions(
        headers, found["objects"].get(key)
    )
    if refusal:
        raise UploadError(refusal)
    return dict(upload)


def _parts(upload: Mapping[str, Any], body: bytes) -> list[tuple[int, _Part]]:
    """The parts that the request names, by number, in their order."""
    try:
        named = [each for each in s3.fromstring(bytes(body)).iter() if _tag(each) == "Part"]
    except ParseError:
        raise UploadError(s3._error("MalformedXML", s3._MALFORMED_XML, 400)) from None
    parts = []
    for element in named:
        fields = {_tag(child): child.text or "" for child in element}
        number = int(fields["PartNumber"])
        part = upload["parts"].get(number)
        if part is None or not _is_as_named(part, fields):
            message = f"One or more of the specified parts could not be found: {number}"
            raise UploadError(s3._error("InvalidPart", message, 400))
        parts.append((number, part))
    return sorted(parts, key=lambda each: each[0])


def _is_as_named(part: _Part, fields: Mapping[str, str]) -> bool:
    checksums = part.get("checksums") or {}
    return fields.get("ETag", part["etag"]).strip('"') == part["etag"].strip('"') and all(
        checksums.get(name.removeprefix("Checksum").upper()) == value
        for name, value in fields.items()
        if name.startswith("Checksum") and value
    )


def _composite_checksum(
    upload: Mapping[str, Any], parts: list[tuple[int, _Part]], headers: Mapping[str, str]
) -> str | None:
    algorithm = upload.get("checksum_algorithm")
    if not algorithm:
        return None
    digests = [(part.get("checksums") or {}).get(algorithm) for _, part in parts]
    composite: str | None = s3._composite_checksum(algorithm, digests)
    requested = headers.get(f"x-amz-checksum-{algorithm.lower()}")
    if requested and requested != composite:
        message = f"The {algorithm} you specified did not match the calculated checksum."
        raise UploadError(s3._error("BadDigest", message, 400))
    return composite


def _joined(store: ContentStore, contents: list[bytes | Content]) -> Content:
    with store.writer() as writer:
        for content in contents:
            for chunk in content.chunks() if isinstance(content, Content) else [content]:
                writer.write(chunk)
        return writer.stored()


def _record(
    upload: Mapping[str, Any],
    parts: list[tuple[int, _Part]],
    whole: Content,
    composite: str | None,
) -> dict[str, Any]:
    """The object as ministack keeps it."""
    md5s = b"".join(bytes.fromhex(part["etag"].strip('"')) for _, part in parts)
    etag = hashlib.md5(md5s, usedforsecurity=False).hexdigest()
    return {
        "body": whole,
        "content_type": upload["content_type"],
        "content_encoding": upload.get("content_encoding"),
        "etag": f'"{etag}-{len(parts)}"',
        "last_modified": now_iso(),
        "size": len(whole),
        "metadata": upload["metadata"],
        "preserved_headers": upload.get("preserved_headers", {}),
        "storage_class": upload.get("storage_class") or "STANDARD",
        "parts": [{"PartNumber": number, "Size": part["size"]} for number, part in parts],
        "checksums": {upload["checksum_algorithm"]: composite} if composite else {},
        "checksum_type": "COMPOSITE" if composite else None,
    }


def _put(bucket: str, key: str, record: dict[str, Any]) -> str | None:
    """Make the record the current object, and tell the bucket's listeners; returns its version."""
    objects = s3._buckets[bucket]["objects"]
    before = objects.get(key)
    objects[key] = record
    version: str | None = s3._record_object_version(bucket, key, before, record, record["body"])
    s3._fire_s3_event_async(
        bucket,
        key,
        "s3:ObjectCreated:CompleteMultipartUpload",
        size=record["size"],
        etag=record["etag"],
        version_id=version,
    )
    return version


def _response(
    bucket: str,
    key: str,
    record: Mapping[str, Any],
    headers: Mapping[str, str],
    version: str | None,
) -> Answer:
    answered = {"Content-Type": "application/xml", **s3._stored_sse_headers(record)}
    if version:
        answered["x-amz-version-id"] = version
    root = Element("CompleteMultipartUploadResult", xmlns=s3.S3_NS)
    SubElement(root, "Location").text = f"http://{headers.get('host', '')}/{bucket}/{key}"
    SubElement(root, "Bucket").text = bucket
    SubElement(root, "Key").text = key
    SubElement(root, "ETag").text = record["etag"]
    for algorithm, checksum in record["checksums"].items():
        SubElement(root, f"Checksum{algorithm}").text = checksum
        SubElement(root, "ChecksumType").text = "COMPOSITE"
    return 200, answered, s3._xml_body(root)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
