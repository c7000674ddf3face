-- number_standing: whether a number is in use follows from its document; words only secret or destroyed documents hold are not kept
UPDATE document_number SET standing = CASE WHEN void = 0 AND EXISTS (SELECT 1 FROM document d WHERE d.void = 0
 AND d.uid = document_number.document AND d.number = document_number.number) THEN 'used' ELSE 'void' END;

DELETE FROM file_words WHERE NOT EXISTS (SELECT 1 FROM document_file f JOIN document d ON d.uid = f.document
 AND d.state != 'destroyed' AND coalesce(d.secrecy, '') NOT IN ('secret', 'confidential') WHERE f.sha256 = file_words.sha256);
