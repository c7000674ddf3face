"""Manifest of 今日: a page only; its records belong to the other subjects."""

from __future__ import annotations

from salesdesk.services.module import Module

MODULE = Module("today", "今日", "home", 10)
