"""What screening of files says to people: refused files and rows, headings of the result, names of the columns."""

FILE_ERRORS = {
    "empty": "파일이 비어 있어요.",
    "no_rows": "상품이 한 줄도 없어요.",
    "unknown": "읽을 수 있는 파일이 아니에요. CSV, JSON Lines, Excel(.xlsx, .xls) 파일을 보내 주세요.",
    "packed": "압축한 파일은 읽지 않아요. 압축을 풀어서 보내 주세요.",
    "json_list": "JSON 배열은 읽지 않아요. 한 줄에 상품 하나씩(JSON Lines) 적어 주세요.",
    "encoding": "글자를 읽을 수 없어요. UTF-8이나 CP949로 저장해 주세요.",
    "excel": "Excel 파일을 열 수 없어요. 파일이 깨졌거나 암호가 걸려 있어요. 다시 저장해서 보내 주세요.",
    "excel_too_large": "Excel 파일이 너무 커요. {limit}MB보다 크면 CSV로 저장해서 보내 주세요.",
    "missing_column": "'{missing}' 열이 없어요. 찾은 열: {found}",
    "too_large": "파일은 {limit}MB까지 보낼 수 있어요. 나눠서 보내 주세요.",
    "too_many_rows": "한 번에 {limit:,}줄까지 확인해요. 그 뒤는 나눠서 보내 주세요. 앞의 결과는 받을 수 있어요.",
    "disk_full": "저장할 자리가 없어요. 잠시 뒤에 다시 보내 주세요.",
    "content_type": "CSV, JSON Lines, Excel 파일만 받아요. Content-Type을 확인해 주세요.",
    "listing": "상품 하나를 JSON 객체로 보내 주세요.",
    "broken_form": "파일이 든 양식을 읽을 수 없어요. file 칸에 파일 하나를 넣어 주세요.",
    "cut_off": "파일이 끝까지 오지 않았어요. 다시 보내 주세요.",
    "bad_key": "Idempotency-Key는 글자와 숫자 80자까지 쓸 수 있어요.",
    "too_many_batches": "기다리는 파일이 {limit}개예요. 끝난 뒤에 다시 보내 주세요.",
    "no_batch": "그런 파일 확인은 없어요.",
    "no_file": "파일이 없어요: {path}",
    "lost": "보낸 파일이 서버에 없어요. 다시 보내 주세요.",
    "worker": "파일을 읽다가 여러 번 멈췄어요. 여기까지의 결과는 받을 수 있어요.",
    "no_partitions": "Parquet 파일이 없어요: {path}",
    "engine": "이 방식에는 {package}가 필요해요. pip install 'onecall[scale]'로 설치해 주세요.",
}

ROW_ERRORS = {
    "too_long": "줄이 너무 길어요. {limit:,}자까지 쓸 수 있어요.",
    "nul": "쓸 수 없는 글자(NUL)가 있어요.",
    "encoding": "글자가 깨졌어요. 파일의 글자 방식(UTF-8, CP949)을 확인해 주세요.",
    "quotes": "따옴표가 닫히지 않았어요 ({first}~{last}번째 줄).",
    "json": "JSON 한 줄이 아니에요.",
    "cells": "칸이 제목보다 많아요. 쉼표나 따옴표를 확인해 주세요.",
    "internal": "이 줄은 확인하지 못했어요. 운영자에게 알려 주세요.",
}

REQUIRED_COLUMNS = {"product_name": "상품명(product_name)", "cert_field": "인증번호(cert_field)"}
"""Without a column of numbers every product would count as one that has none."""

RESULT_COLUMNS = {
    "row": "줄",
    "listing_id": "상품번호",
    "verdict": "판정",
    "action": "조치",
    "reason": "이유",
    "to_do": "할 일",
    "question": "확인할 것",
    "rule": "규칙",
    "numbers": "인증번호별 결과",
    "recalls": "리콜",
    "links": "근거",
    "data_date": "자료 날짜",
    "is_demo": "만든 자료",
    "duplicate_of": "같은 번호의 앞 줄",
    "error": "읽지 못한 이유",
}
